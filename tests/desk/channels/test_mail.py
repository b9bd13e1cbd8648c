"""Apprise to a real mail server and a real HTTP server, and what its log says of failures."""

import socket
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from sentinel.desk.channels.many import Apprise
from sentinel.desk.channels.settings import AppriseSettings
from sentinel.domain.errors import Refused, ServiceError, TryAgain
from sentinel.testing.receiver import Receiver
from sentinel.warn.notice import Message

Build = Callable[..., Message]


@dataclass
class MailServer:
    """Keeps what it gets; `answer` is what it says to each recipient."""

    port: int
    answer: str = "250 OK"
    mails: list[tuple[list[str], EmailMessage]] = field(default_factory=list)

    async def handle_RCPT(  # noqa: N802 -- aiosmtpd's name
        self,
        _server: object,
        _session: object,
        envelope: Any,  # noqa: ANN401 -- untyped
        address: str,
        _options: object,
    ) -> str:
        if self.answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.answer

    async def handle_DATA(self, _server: object, _session: object, envelope: Any) -> str:  # noqa: ANN401, N802 -- aiosmtpd's
        mail = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(mail, EmailMessage)
        self.mails.append((envelope.rcpt_tos, mail))
        return "250 queued"


@pytest.fixture
def server() -> Iterator[MailServer]:
    """A mail server on a free port."""
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        found = MailServer(free.getsockname()[1])
    controller = Controller(found, hostname="127.0.0.1", port=found.port)
    controller.start()
    yield found
    controller.stop()


def channel(monkeypatch: pytest.MonkeyPatch, url: str, **more: object) -> Apprise:
    monkeypatch.setenv("NOTICE_URL", url)
    values = {"kind": "apprise", "url_env": "NOTICE_URL", "timeout": 5_000} | more
    return Apprise(AppriseSettings.model_validate(values))


def mail_url(port: int) -> str:
    return f"mailto://127.0.0.1:{port}/?from=sentinel@duty.example&mode=insecure&to={{address}}"


def test_a_mail_arrives_in_chinese_with_the_same_id_in_each_try(
    monkeypatch: pytest.MonkeyPatch, server: MailServer, message: Build
) -> None:
    mail = channel(monkeypatch, mail_url(server.port), languages=("zh", "en"))
    for _ in range(2):
        assert mail.send(message()).text == "E-Mail"

    (to, first), (_, second) = server.mails
    assert to == ["wang@duty.example"]
    assert first["Subject"] == "红色:河水上涨 / Red: river rising"
    text = first.get_body(("html", "plain"))
    assert text is not None
    assert "请速到三号闸" in text.get_content()
    assert "Go to gate 3" in text.get_content()
    assert first["X-Idempotency-Key"] == second["X-Idempotency-Key"] == "k1:0"


@pytest.mark.parametrize(
    ("answer", "error"),
    [("550 no such user", Refused), ("451 greylisted, come again", TryAgain)],
)
def test_a_mail_server_that_says_never_is_told_from_one_that_says_later(
    monkeypatch: pytest.MonkeyPatch,
    server: MailServer,
    message: Build,
    answer: str,
    error: type[Exception],
) -> None:
    server.answer = answer

    with pytest.raises(error, match=answer[4:]):
        channel(monkeypatch, mail_url(server.port)).send(message())


def test_a_mail_server_that_is_not_there_is_tried_again(
    monkeypatch: pytest.MonkeyPatch, message: Build
) -> None:
    with pytest.raises(TryAgain, match="refused"):
        channel(monkeypatch, mail_url(9)).send(message())


@pytest.mark.parametrize(
    ("status", "error"), [(404, Refused), (401, Refused), (429, TryAgain), (503, TryAgain)]
)
def test_what_apprise_gets_from_an_http_server_is_told_apart_too(
    monkeypatch: pytest.MonkeyPatch,
    receiver: Receiver,
    message: Build,
    status: int,
    error: type[Exception],
) -> None:
    receiver.answers.append((status, {}, b"no"))
    hook = channel(monkeypatch, f"json://127.0.0.1:{receiver.port}/s3cr3t")

    with pytest.raises(error) as caught:
        hook.send(message())
    assert "s3cr3t" not in str(caught.value)
    assert receiver.received[0].headers["X-Idempotency-Key"] == "k1:0"


@pytest.mark.parametrize(
    "address",
    ["", "no mail address", "a@b.cn&cc=thief@evil.example", "a@b.cn,thief@evil.example", "wang"],
)
def test_an_address_that_is_not_one_address_is_refused_and_adds_nobody(
    monkeypatch: pytest.MonkeyPatch, server: MailServer, message: Build, address: str
) -> None:
    mail = channel(monkeypatch, mail_url(server.port))

    with pytest.raises(Refused, match=r"one address|invalid To email"):
        mail.send(message(address=address))
    assert server.mails == []


def test_a_url_that_apprise_does_not_know_is_refused(
    monkeypatch: pytest.MonkeyPatch, message: Build
) -> None:
    with pytest.raises(Refused, match="none that Apprise knows"):
        channel(monkeypatch, "nonsense://x").send(message())


def test_words_in_no_language_asked_for_are_sent_in_the_one_there_is(
    monkeypatch: pytest.MonkeyPatch, server: MailServer, message: Build
) -> None:
    channel(monkeypatch, mail_url(server.port), languages=("fr",)).send(message(title={"en": "Hi"}))

    assert server.mails[0][1]["Subject"] == "Hi"


def test_a_url_that_is_nowhere_is_told_plainly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NOTICE_URL", raising=False)
    settings = AppriseSettings.model_validate({"kind": "apprise", "url_env": "NOTICE_URL"})

    with pytest.raises(ServiceError, match="no environment variable 'NOTICE_URL'"):
        Apprise(settings)
