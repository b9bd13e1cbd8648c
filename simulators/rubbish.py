"""What no device should send, and some do: one piece every few seconds."""

from collections.abc import Iterator

from simulators.city import lancheng
from simulators.vendors import Post

EVERY_SECONDS = 6
FIRST_AT = 3


def rubbish(second: int, at_ms: int) -> Iterator[tuple[str, Post]]:
    """Yield what is wrong with it (the reason that a rejection should give) and the message."""
    if second % EVERY_SECONDS == FIRST_AT:
        reason, topic, text = _PIECES[second // EVERY_SECONDS % len(_PIECES)]
        mac = lancheng().of_kind("rain_gauge")[0].columns["address:senml"]
        yield reason, (topic, text.replace("NOW", str(at_ms)).replace("MAC", mac).encode())


_PIECES = (
    ("unreadable", "city/up-01/water_depth", '{"value": 3.2'),
    ("unknown_device", "city/up-99/water_depth", '{"value":3.2,"ts":NOW}'),
    ("unknown_metric", "city/up-02/ph", '{"value":7.1,"ts":NOW}'),
    ("not_a_number", "city/up-03/water_depth", '{"value":"n/a","ts":NOW}'),
    ("wrong_time", "city/up-04/water_depth", '{"value":3.2,"ts":946684800000}'),
    (
        "unknown_device",
        "v/gw-guqiao/up",
        '{"list":[{"sn":"up-77","data":[{"k":"LVL","v":"3.0","t":NOW}]}]}',
    ),
    ("missing_field", "city/up-05/water_depth", '{"level":3.2,"ts":NOW}'),
    (
        "bad_unit",
        "senml/met-guqiao",
        '[{"bn":"urn:dev:mac:MAC:","n":"rain_intensity","u":"Cel","v":3.2}]',
    ),
)
