"""Messages one by one, by the whole of what a format can say; `quick` does the plain ones."""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from sentinel.domain.messages import MessageFlag
from sentinel.domain.quality import Quality
from sentinel.domain.readings import ReadingFlag
from sentinel.domain.rejection import Reason
from sentinel.normalise.addresses import Addresses
from sentinel.normalise.decode import decode_json
from sentinel.normalise.failure import MISSING, Failure, shown
from sentinel.normalise.format import Alive, Format, PayloadKind
from sentinel.normalise.outcome import Message, Outcome, Row, finished, reject
from sentinel.normalise.parts import Piece, binary_parts, json_parts, plain_parts
from sentinel.normalise.routes import Route, Routes
from sentinel.normalise.rows import Ledger
from sentinel.normalise.senml import senml_parts
from sentinel.normalise.settings import Settings
from sentinel.normalise.values import state_word

_REPEAT, _EXERCISE = int(MessageFlag.REPEAT), int(MessageFlag.EXERCISE)
_CUT = int(MessageFlag.CUT)
_NOT_EVALUATED = int(Quality.NOT_EVALUATED)
_ALIVE, _DRILL = int(ReadingFlag.ALIVE), int(ReadingFlag.EXERCISE)


class Reader:
    """Reads any message of a bundle's formats.

    needed: By number of the format, what decodes only its fields; see `decode.decode_json`.
    """

    def __init__(
        self,
        settings: Settings,
        addresses: Addresses,
        routes: Routes,
        needed: Mapping[int, msgspec.json.Decoder[Any]],
    ) -> None:
        self._settings = settings
        self._addresses = addresses
        self._routes = routes
        self._needed = needed
        self._ledger = Ledger(settings, addresses)

    def read(self, message: Message) -> Outcome:
        """Return what the message comes to: at least one row, rejection or count."""
        if message.flags & _REPEAT:
            return Outcome(repeats=1)
        route = self._routes.find(message.topic)
        size, most = len(message.payload), self._settings.max_payload_bytes
        is_cut = message.flags & _CUT
        if is_cut or size > most:
            name = "" if route is None else self._settings.formats[route.format].name
            found = f"the payload has {size} bytes, more than {most}"
            if is_cut:
                found = f"the payload was larger than the listener takes; its first {size} bytes"
            return _rejected(message, name, Failure(Reason.TOO_LARGE, found))
        if route is None:
            found = f"no format has the topic {shown(message.topic)}"
            return _rejected(message, "", Failure(Reason.UNKNOWN_TOPIC, found))
        form = self._settings.formats[route.format]
        if route.is_alive and form.alive is not None:
            return self._alive(message, form, form.alive, route)
        pieces = self._pieces(message, form, route)
        return self._ledger.settle(message, form, pieces)

    def _pieces(self, message: Message, form: Format, route: Route) -> Iterable[Piece]:
        if form.payload is PayloadKind.NUMBER:
            return plain_parts(form, message.payload, route.words)
        if form.payload is PayloadKind.BYTES:
            return binary_parts(form, message.payload, route.words)
        root = decode_json(message.payload, self._needed.get(route.format))
        if isinstance(root, Failure):
            return (root,)
        if form.payload is PayloadKind.SENML:
            return senml_parts(form, root, route.words, message.received)
        return json_parts(form, root, route.words, self._settings.zone)

    def _alive(self, message: Message, form: Format, alive: Alive, route: Route) -> Outcome:
        """Return a row for each sensor of a device that says it is there, or is said to be gone."""
        if message.is_retained:
            return Outcome(ignored=1)
        address = route.words["device"]
        device = self._addresses.device(form.name, address, message.received)
        if isinstance(device, Failure):
            return _rejected(message, form.name, device, address)
        word = _alive_word(alive, message.payload)
        here = word in alive.online
        if not here and alive.offline and word not in alive.offline:
            known = ", ".join(alive.online + alive.offline)
            failure = Failure(Reason.UNKNOWN_STATE, f"{shown(word)} is none of {known}")
            return _rejected(message, form.name, failure, address)
        flags = _ALIVE | (_DRILL if message.flags & _EXERCISE else 0)
        rows = [
            Row(message.received, device, int(sensor), float(here), _NOT_EVALUATED, flags)
            for sensor in self._addresses.sensors_of(device)
        ]
        return finished(Outcome(rows=rows))


def _rejected(message: Message, form: str, failure: Failure, device: str = "") -> Outcome:
    outcome = Outcome()
    reject(outcome, message, form, failure, device)
    return outcome


def _alive_word(alive: Alive, payload: bytes) -> str:
    """Return the word in JSON, or the whole payload where it is no JSON or has no such field."""
    text = payload.decode("utf-8", "replace").strip()
    if alive.path is None:
        return text
    root = decode_json(payload, None)
    found = MISSING if isinstance(root, Failure) else alive.path.find([root])
    return (state_word(found) if found is not MISSING else None) or text
