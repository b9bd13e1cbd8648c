import pytest
from pydantic import ValidationError

from sentinel.desk import DeskSettings
from sentinel.desk.people.settings import PeopleSettings


def test_the_desk_answers_on_loopback_unless_told_otherwise() -> None:
    assert DeskSettings().host == "127.0.0.1"


@pytest.mark.parametrize("host", ["0.0.0.0", "10.0.0.4", "duty.example.cn"])  # noqa: S104
def test_a_desk_open_to_others_must_say_by_which_names_and_that_https_is_spoken(host: str) -> None:
    with pytest.raises(ValidationError, match="name in `hosts`"):
        DeskSettings(host=host)

    with pytest.raises(ValidationError, match="speaks HTTPS before the desk"):
        DeskSettings(host=host, hosts=("duty.example.cn",))

    secure = PeopleSettings(secure_cookies=True)
    assert DeskSettings(host=host, hosts=("duty.example.cn",), people=secure).host == host


def test_an_unknown_key_is_refused() -> None:
    with pytest.raises(ValidationError, match="prot"):
        DeskSettings.model_validate({"prot": 80})


def test_a_database_is_a_url() -> None:
    with pytest.raises(ValidationError, match="a database is a URL, such as"):
        DeskSettings(database="notaurl")

    assert DeskSettings(database="sqlite:///desk.db").database == "sqlite:///desk.db"
