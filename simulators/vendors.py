"""How each make of device writes down what it measured: six dialects, as found in the field."""

import json
from base64 import b64encode
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from itertools import groupby

from simulators.faults import Report

Post = tuple[str, bytes]
"""Topic and payload."""

LOCAL = timezone(timedelta(hours=8))
"""The city's clocks; no daylight saving."""


def encode(kind: str, reports: list[Report]) -> list[Post]:
    """Return the messages in which devices of this kind send these reports."""
    return _DIALECTS[kind](reports)


def flat(reports: list[Report]) -> list[Post]:
    """One number, one topic: `city/lj-01/water_level` `{"value": 3.214, "ts": 1781740800000}`."""
    return [
        (f"city/{report.station.id}/{metric}", _json({"value": value, "ts": report.at_ms}))
        for report in reports
        for metric, value in report.values.items()
    ]


def senml(reports: list[Report]) -> list[Post]:
    """One RFC 8428 pack a gateway, devices named by their MAC address, seconds as time."""
    posts = []
    for gateway, group in groupby(reports, key=lambda report: report.station.gateway):
        records = [
            {
                "bn": f"urn:dev:mac:{report.station.columns['address:senml']}:",
                "bt": report.at_ms / 1000,
                "n": metric,
                "u": "mm/h",
                "v": value,
            }
            for report in group
            for metric, value in report.values.items()
        ]
        posts.append((f"senml/{gateway}", _json(records)))
    return posts


def nested(reports: list[Report]) -> list[Post]:
    """Arrays in arrays, text for numbers, centimetres, keys that nobody asked for.

    The pump beside the water is on another controller, which speaks `flat`.
    """
    posts = []
    for gateway, group in groupby(reports, key=lambda report: report.station.gateway):
        listed = [
            {
                "sn": report.station.id,
                "data": [
                    {
                        "k": "LVL",
                        "v": _centimetres(report.values["water_depth"]),
                        "t": report.at_ms,
                    },
                    {"k": "BAT", "v": "3.61", "t": report.at_ms},
                ],
            }
            for report in group
        ]
        posts.append((f"v/{gateway}/up", _json({"ver": 2, "gw": gateway, "list": listed})))
    return posts


def tasmota(reports: list[Report]) -> list[Post]:
    """Local time without a zone, whole seconds; the unit stands beside."""
    return [
        (
            f"tele/{report.station.id}/SENSOR",
            _json(
                {
                    "Time": _when(report.at_ms, LOCAL)
                    .replace(tzinfo=None)
                    .isoformat(timespec="seconds"),
                    "SHT3X": {
                        "Temperature": report.values["temperature"],
                        "Humidity": report.values["humidity"],
                    },
                    "TempUnit": "C",
                }
            ),
        )
        for report in reports
    ]


def chirpstack(reports: list[Report]) -> list[Post]:
    """Two bytes over LoRaWAN, hundredths of a per cent of the explosive limit."""
    return [
        (
            f"application/7/device/{report.station.id}/event/up",
            _json(
                {
                    "deviceInfo": {"applicationName": "gas", "deviceName": report.station.id},
                    "time": _when(report.at_ms, UTC).isoformat(timespec="milliseconds"),
                    "fPort": 2,
                    "data": b64encode(
                        round(float(report.values["gas"]) * 100).to_bytes(2, "big")
                    ).decode(),
                }
            ),
        )
        for report in reports
    ]


def telemetry(reports: list[Report]) -> list[Post]:
    """Several measurements side by side, the unit in the key, ISO time with its zone."""
    return [
        (
            f"pump/{report.station.id}/telemetry",
            _json(
                {
                    "time": _when(report.at_ms, LOCAL).isoformat(timespec="milliseconds"),
                    "vibration_mm_s": report.values["vibration"],
                    "current_a": report.values["current"],
                    "bearing_c": report.values["temperature"],
                }
            ),
        )
        for report in reports
    ]


_DIALECTS: dict[str, Callable[[list[Report]], list[Post]]] = {
    "river": flat,
    "rain_gauge": senml,
    "underpass": nested,
    "underpass_pump": flat,
    "cabinet": tasmota,
    "gas": chirpstack,
    "pump": telemetry,
}


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _centimetres(metres: float | str) -> str:
    return metres if isinstance(metres, str) else f"{metres * 100:.1f}"


def _when(at_ms: int, zone: timezone) -> datetime:
    return datetime.fromtimestamp(0, zone) + timedelta(milliseconds=at_ms)
