"""Who we are to the broker, and how it shows who it is."""

import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from sentinel.domain.errors import ServiceError
from sentinel.domain.rows import RowKind
from sentinel.testing.mosquitto import Broker, find_mosquitto, running_mosquitto

pytestmark = pytest.mark.broker

Listen = Callable[..., Any]
Wait = Callable[[Callable[[], object]], None]


def openssl(*arguments: str, folder: Path) -> None:
    program = shutil.which("openssl")
    if program is None:
        pytest.skip("there is no openssl on this machine")
    subprocess.run([program, *arguments], cwd=folder, check=True, capture_output=True)  # noqa: S603


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an authority `ca`, and `server` and `client` certified by it."""
    folder = tmp_path_factory.mktemp("certificates")
    new_key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
    openssl(
        "req", "-x509", *new_key, "-subj", "/CN=test authority", "-keyout", "ca.key",
        "-out", "ca.pem", "-days", "2", folder=folder,
    )  # fmt: skip
    (folder / "names").write_text("subjectAltName=DNS:localhost,IP:127.0.0.1\n")
    for name in ("server", "client"):
        openssl(
            "req", *new_key, "-subj", f"/CN={name}", "-keyout", f"{name}.key",
            "-out", f"{name}.csr", folder=folder,
        )  # fmt: skip
        openssl(
            "x509", "-req", "-in", f"{name}.csr", "-CA", "ca.pem", "-CAkey", "ca.key",
            "-CAcreateserial", "-extfile", "names", "-out", f"{name}.pem", "-days", "2",
            folder=folder,
        )  # fmt: skip
    openssl(
        "pkey", "-aes256", "-passout", "pass:open it", "-in", "client.key", "-out", "locked.key",
        folder=folder,
    )  # fmt: skip
    (folder / "word").write_text("open it\n")
    (folder / "wrong").write_text("open that\n")
    return folder


@pytest.fixture
def encrypted(certificates: Path, tmp_path: Path) -> Iterator[Broker]:
    """A broker that asks for a client's certificate, and has a plain door for the publisher."""
    if find_mosquitto() is None:
        pytest.skip("there is no mosquitto on this machine")
    conf = f"""
listener {{port}} 127.0.0.1
cafile {certificates}/ca.pem
certfile {certificates}/server.pem
keyfile {certificates}/server.key
require_certificate true
"""
    with running_mosquitto(tmp_path / "broker", conf) as broker:
        yield broker


def tls(certificates: Path, **more: object) -> dict[str, object]:
    files = {"cert_file": certificates / "client.pem", "key_file": certificates / "client.key"}
    return {"ca_file": certificates / "ca.pem", **files, **more}


@pytest.mark.parametrize("version", ["5", "3.1.1"])
def test_messages_come_through_tls_with_a_client_certificate(
    encrypted: Broker, certificates: Path, listening: Listen, eventually: Wait, version: str
) -> None:
    one = listening(encrypted.port, version=version, host="localhost", tls=tls(certificates))
    client = mqtt.Client(CallbackAPIVersion.VERSION2)
    client.tls_set(
        f"{certificates}/ca.pem", f"{certificates}/client.pem", f"{certificates}/client.key"
    )
    client.connect("localhost", encrypted.port)
    client.loop_start()
    sent = [client.publish("s/a", b"%d" % number * 100, 1) for number in range(2000)]
    eventually(lambda: all(message.is_published() for message in sent))
    client.disconnect()
    client.loop_stop()
    eventually(lambda: len(one.taken()) == 2000)

    assert one.payloads() == [b"%d" % number * 100 for number in range(2000)]


def test_a_broker_that_nobody_vouches_for_is_not_trusted(
    encrypted: Broker, listening: Listen, eventually: Wait
) -> None:
    one = listening(encrypted.port, host="localhost", tls={}, waiting=False)

    eventually(lambda: "CERTIFICATE_VERIFY_FAILED" in one.state())


def test_a_key_that_is_encrypted_is_opened_with_its_password(
    encrypted: Broker, certificates: Path, listening: Listen
) -> None:
    locked = {"key_file": certificates / "locked.key", "key_password_file": certificates / "word"}
    one = listening(encrypted.port, host="localhost", tls=tls(certificates, **locked))

    assert one.state() == "ok"


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        (
            {},
            "is encrypted; name what its password is in: `key_password_env` or `key_password_file`",
        ),
        ({"key_password_file": "wrong"}, "the password of the key does not open it"),
    ],
)
def test_a_key_that_stays_shut_is_told_and_nobody_is_asked(
    certificates: Path, listening: Listen, more: dict[str, str], expected: str
) -> None:
    """OpenSSL would ask at the terminal, where nobody is."""
    files = {key: certificates / name for key, name in more.items()}
    with pytest.raises(ServiceError, match=expected):
        listening(1883, tls=tls(certificates, key_file=certificates / "locked.key", **files))


def test_certificates_that_cannot_be_read_are_told_at_once(
    listening: Listen, tmp_path: Path
) -> None:
    with pytest.raises(ServiceError, match="certificates must be readable PEM files"):
        listening(1883, tls={"ca_file": tmp_path / "none.pem"})


@pytest.fixture
def guarded(tmp_path: Path) -> Iterator[Broker]:
    """A broker that knows `sentinel` and `gauge` by a password; the first may read s/# only."""
    passwords = shutil.which("mosquitto_passwd")
    if find_mosquitto() is None or passwords is None:
        pytest.skip("there is no mosquitto with mosquitto_passwd on this machine")
    file = tmp_path / "passwords"
    file.touch(0o600)
    for user in ("sentinel", "gauge"):
        arguments = [passwords, "-b", str(file), user, "the right word"]
        subprocess.run(arguments, check=True, capture_output=True)  # noqa: S603 -- as it says
    (tmp_path / "acl").write_text("user sentinel\ntopic read s/#\nuser gauge\ntopic write s/#\n")
    conf = f"allow_anonymous false\npassword_file {file}\nacl_file {tmp_path}/acl"
    with running_mosquitto(tmp_path / "broker", conf) as broker:
        yield broker


def test_a_wrong_password_is_told_and_never_shown(
    guarded: Broker,
    listening: Listen,
    eventually: Wait,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "word").write_text("a wrong word\n")
    one = listening(
        guarded.port, username="sentinel", password_file=tmp_path / "word", waiting=False
    )
    eventually(lambda: "Not authorized" in one.state() or "user name" in one.state())
    one.end()

    said = capsys.readouterr()
    assert "link_refused" in said.out + said.err
    assert "a wrong word" not in said.out + said.err + str(one.listener.health())


def test_without_a_probe_a_quiet_second_ends_the_backlog(
    guarded: Broker, listening: Listen, eventually: Wait, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORD", "the right word")
    one = listening(
        guarded.port,
        username="sentinel",
        password_env="WORD",  # noqa: S106 -- a name
        probe_topic="",
        waiting=False,
    )

    def pass_a_second() -> bool:
        one.clock.wind(seconds=1)
        return bool(one.listener.health()["caught_up"])

    eventually(pass_a_second)
    assert one.state() == "ok"


@pytest.mark.parametrize("version", ["5", "3.1.1"])
def test_a_listener_whose_probe_is_forbidden_goes_on_without_it(
    guarded: Broker,
    listening: Listen,
    eventually: Wait,
    monkeypatch: pytest.MonkeyPatch,
    version: str,
) -> None:
    monkeypatch.setenv("WORD", "the right word")
    one = listening(
        guarded.port,
        username="sentinel",
        password_env="WORD",  # noqa: S106 -- a name
        version=version,
        waiting=False,
    )
    eventually(lambda: one.listener.health()["without_probe"])
    eventually(lambda: one.listener.health()["connected"])

    def pass_a_second() -> bool:
        one.clock.wind(seconds=1)
        return bool(one.listener.health()["caught_up"])

    eventually(pass_a_second)
    downs = one.kinds().count(RowKind.LINK_DOWN)
    publish_as_gauge(guarded.port, b"1", b"2")
    eventually(lambda: len(one.taken()) == 2)

    assert "the broker does not let the probe through" in one.state()
    assert one.kinds().count(RowKind.LINK_DOWN) == downs
    one.clock.wind(seconds=600)
    eventually(lambda: one.state() == "ok")
    assert one.listener.health()["without_probe"]


def publish_as_gauge(port: int, *payloads: bytes) -> None:
    client = mqtt.Client(CallbackAPIVersion.VERSION2)
    client.username_pw_set("gauge", "the right word")
    client.connect("127.0.0.1", port)
    client.loop_start()
    for payload in payloads:
        client.publish("s/a", payload, 1).wait_for_publish(30)
    client.disconnect()
    client.loop_stop()
