"""Webhooks to a real server: signed, judged by their answers, refused when replayed."""

import json
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from sentinel.desk.channels.alertmanager import AlertmanagerWebhook, webhook_body
from sentinel.desk.channels.settings import AlertmanagerSettings, WebhookSettings
from sentinel.desk.channels.signature import WINDOW, signed, why_refused
from sentinel.desk.channels.webhook import Webhook
from sentinel.domain.errors import Refused, ServiceError, TryAgain
from sentinel.testing.clock import HandClock
from sentinel.testing.receiver import Receiver
from sentinel.warn.notice import Message, Occasion

Build = Callable[..., Message]


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    """A key in a file."""
    (tmp_path / "secret").write_text("first key\n".replace(" ", "-"))
    return tmp_path / "secret"


def webhook(
    url: str,
    secret: Path,
    clock: HandClock | None = None,
    site: str = "",
    **more: Any,  # noqa: ANN401 -- any setting
) -> Webhook:
    values = {"kind": "webhook", "url": url, "secret_file": secret} | more
    return Webhook(WebhookSettings.model_validate(values), clock or HandClock(), site)


def test_a_webhook_brings_the_whole_message_signed(
    receiver: Receiver,
    secret: Path,
    message: Build,
) -> None:
    clock = HandClock()
    receipt = webhook(receiver.url, secret, clock, site="https://duty").send(message())

    (got,) = receiver.received
    body = json.loads(got.body)
    assert receipt.text == "HTTP 200: ok"
    assert got.headers["Idempotency-Key"] == body["id"] == "k1:0"
    assert (body["rank"], body["case"], body["order"], body["to"]) == ("red", "c1", 1, "pump-1")
    assert body["title"]["zh"] == "红色:河水上涨"
    assert body["facts"] == {"area": "pudong/hq", "rule": "river-level"}
    assert body["link"] == "https://duty/cases/c1"
    assert why_refused(got.headers, got.body, b"first-key", clock.now()) == ""


def test_a_second_try_has_the_same_id_and_body_and_a_fresh_signature(
    receiver: Receiver,
    secret: Path,
    message: Build,
) -> None:
    clock = HandClock()
    channel = webhook(receiver.url, secret, clock)
    channel.send(message())
    clock.wind(seconds=7)
    channel.send(message())

    first, second = receiver.received
    assert first.body == second.body
    assert first.headers["Idempotency-Key"] == second.headers["Idempotency-Key"]
    assert first.headers["Sentinel-Signature"] != second.headers["Sentinel-Signature"]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"body": b'{"id":"other"}'}, "the signature"),
        ({"key": b"another"}, "the signature"),
        ({"headers": {"sentinel-time": "1800000000001"}}, "the signature"),
        ({"headers": {"sentinel-signature": ""}}, "the signature"),
        ({"headers": {"sentinel-signature": "v1=", "sentinel-time": ""}}, "the signature"),
        ({"now": 1_800_000_000_000 + WINDOW + 1}, "too long ago"),
        ({"now": 1_800_000_000_000 - WINDOW - 1}, "too long ago"),
    ],
    ids=["body", "key", "time", "unsigned", "empty", "replayed", "from the future"],
)
def test_a_forged_changed_or_replayed_webhook_is_refused(change: dict[str, Any], why: str) -> None:
    body, at = b'{"id":"k1:0"}', 1_800_000_000_000
    headers = {name.lower(): value for name, value in signed(body, "k1:0", [b"key"], at).items()}
    given: dict[str, Any] = {"body": body, "key": b"key", "now": at + WINDOW} | change
    headers |= change.get("headers", {})

    assert why_refused(headers | {}, given["body"], given["key"], given["now"]).find(why) >= 0
    assert why_refused(signed(body, "k1:0", [b"key"], at), body, b"key", at + WINDOW) == ""


def test_an_id_with_letters_that_no_header_carries_goes_out_all_the_same(
    receiver: Receiver, secret: Path, message: Build
) -> None:
    webhook(receiver.url, secret).send(message(id="k1-王芳\r\nX: y"))

    (got,) = receiver.received
    assert got.headers["Idempotency-Key"] == "k1-%E7%8E%8B%E8%8A%B3%0D%0AX:%20y"
    assert json.loads(got.body)["id"] == "k1-王芳\r\nX: y"


def test_while_a_key_is_changed_both_sign(
    receiver: Receiver,
    secret: Path,
    message: Build,
) -> None:
    secret.write_text("old-key\nnew-key\n")
    clock = HandClock()
    webhook(receiver.url, secret, clock).send(message())

    (got,) = receiver.received
    for key in (b"old-key", b"new-key"):
        assert why_refused(got.headers, got.body, key, clock.now()) == ""
    assert why_refused(got.headers, got.body, b"third", clock.now())


@pytest.mark.parametrize("status", [301, 307, 400, 401, 403, 404, 409, 410, 422])
def test_what_a_server_will_never_take_is_refused_and_no_redirection_is_followed(
    receiver: Receiver,
    secret: Path,
    message: Build,
    status: int,
) -> None:
    receiver.answers.append((status, {"Location": receiver.url}, b"no such\nplace"))

    with pytest.raises(Refused, match=f"HTTP {status}: no such place"):
        webhook(receiver.url, secret).send(message())
    assert len(receiver.received) == 1


@pytest.mark.parametrize(
    ("status", "asked", "after"),
    [
        (500, "", 0),
        (503, "120", 120_000),
        (429, "99999999999", 3_600_000),
        (429, "Fri, 15 Jan 2027 08:00:30 GMT", 30_000),
        (425, "Thu, 14 Jan 2027 08:00:30 GMT", 0),
        (408, "soon", 0),
    ],
)
def test_what_a_server_may_take_later_is_tried_again_after_the_pause_it_asks_for(
    receiver: Receiver,
    secret: Path,
    message: Build,
    status: int,
    asked: str,
    after: int,
) -> None:
    receiver.answers.append((status, {"Retry-After": asked}, b""))

    with pytest.raises(TryAgain, match=f"HTTP {status}") as caught:
        webhook(receiver.url, secret).send(message())
    assert caught.value.after == after


def test_a_server_that_is_not_there_is_tried_again(secret: Path, message: Build) -> None:
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/t0k3n"
        with pytest.raises(TryAgain, match="no connection") as caught:
            webhook(url, secret).send(message())

    assert "t0k3n" not in str(caught.value)


def test_a_server_that_does_not_answer_is_left_after_the_timeout(
    receiver: Receiver,
    secret: Path,
    message: Build,
) -> None:
    receiver.open.clear()

    with pytest.raises(TryAgain, match=r"no answer within 0.2 s"):
        webhook(receiver.url, secret, timeout=200).send(message())


def test_of_an_endless_answer_only_the_beginning_is_read(
    receiver: Receiver,
    secret: Path,
    message: Build,
) -> None:
    receiver.answers.append((200, {}, b"x" * 5_000_000))

    receipt = webhook(receiver.url, secret).send(message())

    assert len(receipt.text) < 300


@pytest.mark.parametrize("url", ["ftp://host/x", "http://", "nonsense", "http://[::1"])
def test_a_url_that_is_none_is_refused_at_the_start_without_being_told(
    tmp_path: Path, secret: Path, url: str
) -> None:
    (tmp_path / "url").write_text(url)
    settings = {"kind": "webhook", "url_file": tmp_path / "url", "secret_file": secret}

    with pytest.raises(ServiceError, match="`url` must be such as") as caught:
        Webhook(WebhookSettings.model_validate(settings), HandClock())
    assert url not in str(caught.value)


def test_certificates_that_are_none_are_refused_at_the_start(secret: Path) -> None:
    with pytest.raises(ServiceError, match="must be readable PEM files"):
        webhook("https://host/x", secret, tls={"ca_file": secret})


def test_a_server_that_cannot_show_who_it_is_gets_nothing(
    secret: Path, message: Build, tls_port: int
) -> None:
    with pytest.raises(TryAgain, match=r"no connection: .*SSL"):
        webhook(f"https://127.0.0.1:{tls_port}/", secret).send(message())


@pytest.fixture
def tls_port() -> Iterator[int]:
    """A port that speaks TLS without a certificate, so that no handshake ends well."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server = socket.create_server(("127.0.0.1", 0))

    def answer() -> None:
        try:
            sock, _ = server.accept()
            context.wrap_socket(sock, server_side=True)
        except OSError:
            return

    thread = Thread(target=answer)
    thread.start()
    yield server.getsockname()[1]
    server.close()
    thread.join()


def alertmanager(url: str, **more: object) -> AlertmanagerSettings:
    return AlertmanagerSettings.model_validate({"kind": "alertmanager", "url": url} | more)


def test_alertmanagers_webhook_has_the_body_of_version_4(
    receiver: Receiver,
    tmp_path: Path,
    message: Build,
) -> None:
    (tmp_path / "token").write_text("t0k3n")
    settings = alertmanager(receiver.url, token_file=tmp_path / "token", languages=("en", "zh"))
    AlertmanagerWebhook(settings, HandClock(), "https://d").send(message())

    (got,) = receiver.received
    body = json.loads(got.body)
    assert got.headers["Authorization"] == "Bearer t0k3n"
    assert got.headers["Idempotency-Key"] == "k1:0"
    assert set(body) == {
        "version", "groupKey", "truncatedAlerts", "status", "receiver", "groupLabels",
        "commonLabels", "commonAnnotations", "externalURL", "alerts",
    }  # fmt: skip
    (alert,) = body["alerts"]
    assert (body["version"], body["status"], body["truncatedAlerts"]) == ("4", "firing", 0)
    assert alert["labels"]["alertname"] == "river-level"
    assert alert["labels"]["severity"] == "red"
    assert alert["labels"]["area"] == "pudong/hq"
    assert alert["annotations"]["summary"] == "Red: river rising / 红色:河水上涨"
    assert alert["startsAt"] == "2027-01-15T08:00:00.123Z"
    assert alert["endsAt"] == "0001-01-01T00:00:00Z"
    assert alert["generatorURL"] == "https://d/cases/c1"
    assert all(isinstance(value, str) for value in alert["labels"].values())


def test_an_alert_keeps_its_fingerprint_until_its_case_is_closed(message: Build) -> None:
    settings = alertmanager("http://host/")
    first = webhook_body(message(), settings)
    risen = webhook_body(message(occasion=Occasion.ROSE, key="k2"), settings)
    ended = webhook_body(message(occasion=Occasion.ENDED, key="k3"), settings)
    closed = webhook_body(message(occasion=Occasion.CLOSED, key="k4"), settings)
    other = webhook_body(message(to="pump-2"), settings)

    prints = [body["alerts"][0]["fingerprint"] for body in (first, risen, ended, closed)]
    assert len(set(prints)) == 1
    assert other["alerts"][0]["fingerprint"] not in prints
    assert [body["status"] for body in (ended, closed)] == ["firing", "resolved"]
    assert closed["alerts"][0]["endsAt"] == "2027-01-15T08:00:00.123Z"
