"""`sentinel outbox`: what was sent to whom, what was not, and trying a channel out."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from sqlalchemy import Engine

from sentinel.app.clock import WallClock
from sentinel.app.paths import Paths
from sentinel.app.terminal import printable
from sentinel.cli.times import iso_time, local_time
from sentinel.config import Config, load_config
from sentinel.desk import open_database, outbox
from sentinel.desk.channels.open import open_channels
from sentinel.desk.outbox import Asked, Kept, MessageState
from sentinel.desk.transactions import reading, writing
from sentinel.domain.errors import DeliveryError
from sentinel.domain.rank import Rank
from sentinel.warn.notice import Audience, Message, Notice, Occasion

_JsonOption = Annotated[bool, typer.Option("--json", help="For machines.")]
_FileOption = Annotated[Path, typer.Option("--config", "-c", help="The configuration.")]
_IdsArgument = Annotated[
    list[str] | None, typer.Argument(metavar="[ID]...", help="As `list` shows them.")
]
_AllOption = Annotated[bool, typer.Option("--all", help="Every dead letter.")]
_ByOption = Annotated[str, typer.Option("--by", help="The name of who says so.")]
_FILE = Path("sentinel.yaml")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    commands = typer.Typer(help="Messages on their way out.", no_args_is_help=True)
    commands.command("list")(list_messages)
    commands.command("retry")(retry)
    commands.command("dismiss")(dismiss)
    commands.command("try")(try_channel)
    app.add_typer(commands, name="outbox")


def list_messages(
    state: Annotated[
        MessageState | None, typer.Option("--state", "-s", help="Only of this state.")
    ] = None,
    channel: Annotated[str, typer.Option("--channel", help="Only of this channel.")] = "",
    case: Annotated[str, typer.Option("--case", help="Only of this case.")] = "",
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="The newest so many.")] = 50,
    as_json: _JsonOption = False,
    file: _FileOption = _FILE,
) -> None:
    """List messages and what became of them, the newest first."""
    config = load_config(file)
    asked = Asked(state=state, channel=channel, case=case, limit=limit)
    with _database(config) as engine, reading(engine) as connection:
        found = outbox.listed(connection, asked)
        counts = outbox.counts(connection)
    if as_json:
        messages = [_object(kept, config.zone) for kept in found]
        print(json.dumps({"counts": counts, "messages": messages}, ensure_ascii=False))
        return
    for kept in found:
        for line in _told(kept, config.zone):
            print(line)
    told = ", ".join(f"{count:,} {state}" for state, count in counts.items())
    print(f"in all: {told}" if told else "the outbox is empty")


def retry(
    by: _ByOption, ids: _IdsArgument = None, every: _AllOption = False, file: _FileOption = _FILE
) -> None:
    """Try dead letters anew, over every channel of their chains; exit 1 if there are none."""
    chosen = _chosen(ids, every=every)
    with _database(load_config(file)) as engine, writing(engine) as connection:
        count = outbox.retry(connection, chosen, WallClock().now(), by)
    _tell(count, "are tried anew")


def dismiss(
    by: _ByOption,
    reason: Annotated[str, typer.Option("--reason", help="What was done about them.")],
    ids: _IdsArgument = None,
    every: _AllOption = False,
    file: _FileOption = _FILE,
) -> None:
    """Say that nothing more is to be done about dead letters; exit 1 if there are none."""
    chosen = _chosen(ids, every=every)
    with _database(load_config(file)) as engine, writing(engine) as connection:
        count = outbox.dismiss(connection, chosen, WallClock().now(), by, reason)
    _tell(count, "are laid to rest")


def try_channel(
    channel: Annotated[str, typer.Argument(metavar="CHANNEL", help="Its configured name.")],
    address: Annotated[
        str, typer.Argument(metavar="[ADDRESS]", help="As the channel wants it.")
    ] = "",
    file: _FileOption = _FILE,
) -> None:
    """Send a message that is marked as an exercise, now and past the outbox; exit 1 if it fails."""
    config = load_config(file)
    settings = config.desk.channels.get(channel)
    if settings is None:
        known = ", ".join(config.desk.channels) or "none is configured"
        message = f"must be one of `desk: channels` ({known}); got {channel!r}"
        raise typer.BadParameter(message, param_hint="CHANNEL")
    clock = WallClock()
    opened = open_channels({channel: settings}, clock, Paths(config.data).desk)[channel]
    try:
        receipt = opened.send(_trial(channel, address, config.name, clock.now()))
    except DeliveryError as error:
        print(f"not sent: {printable(str(error))}")
        raise typer.Exit(1) from None
    print(f"sent: {printable(receipt.text)}")


@contextmanager
def _database(config: Config) -> Iterator[Engine]:
    engine = open_database(config.desk.where(Paths(config.data).desk))
    try:
        yield engine
    finally:
        engine.dispose()


def _chosen(ids: list[str] | None, *, every: bool) -> list[str] | None:
    if bool(ids) == every:
        message = "name dead letters by their ids, or all of them with `--all`"
        raise typer.BadParameter(message)
    return None if every else ids


def _tell(count: int, what: str) -> None:
    print(f"{count:,} {what}" if count else "there is no such dead letter")
    if not count:
        raise typer.Exit(1)


def _object(kept: Kept, zone: str) -> dict[str, Any]:
    notice = kept.message.notice
    return {
        "id": kept.message.id,
        "state": kept.state,
        "channel": kept.message.channel,
        "to": notice.to,
        "address": kept.message.address,
        "rank": notice.rank.word,
        "occasion": notice.occasion,
        "case": notice.case,
        "order": notice.order,
        "attempts": kept.attempts,
        "put_at": iso_time(kept.put_at, zone),
        "done_at": None if kept.done_at is None else iso_time(kept.done_at, zone),
        "next_at": iso_time(kept.next_at, zone),
        "reason": kept.reason,
        "receipt": kept.receipt,
    }


def _told(kept: Kept, zone: str) -> Iterator[str]:
    notice, message = kept.message.notice, kept.message
    at = local_time(kept.put_at // 1000 * 1000, zone)
    to = printable(f"{notice.to} ({message.address})" if message.address else notice.to)
    what = f"{notice.occasion}, {notice.rank.word}"
    yield f"{at}  {kept.state.value:<9}  {message.channel} to {to}: {what}"
    tries = "not tried yet" if not kept.attempts else f"tried {kept.attempts:,} times"
    tries = "tried once" if kept.attempts == 1 else tries
    why = kept.reason or kept.receipt
    yield f"    {tries}{f': {printable(why)}' if why else ''}; id {printable(message.id)}"


def _trial(channel: str, address: str, name: str, now: int) -> Message:
    notice = Notice(
        key=f"trial:{now}",
        occasion=Occasion.SUMMARY,
        audience=Audience.PERSON,
        to="trial",
        rank=Rank.NONE,
        title={"zh": f"【演练】{name}:通道测试", "en": f"EXERCISE. {name}: trial of a channel"},
        text={
            "zh": f"收到本消息,说明通道 {channel} 可用。无需处置。",
            "en": f"If you read this, channel {channel} works. There is nothing to do.",
        },
        exercise=True,
    )
    return Message(id=notice.key, notice=notice, channel=channel, address=address, put_at=now)
