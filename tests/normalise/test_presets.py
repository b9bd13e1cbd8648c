"""What common vendors' devices send, as their documentation shows it."""

from collections.abc import Callable
from typing import Any

import pytest

from sentinel.document import Problems, parse_yaml
from sentinel.domain.messages import MessageFlag
from sentinel.normalise.formats import parse_formats
from sentinel.normalise.presets import PRESETS

Make = Callable[..., Any]


@pytest.fixture(params=PRESETS)
def preset(request: pytest.FixtureRequest) -> str:
    """Each preset in turn."""
    name: str = request.param
    return name


def test_a_preset_is_a_format_as_it_stands(make_city: Make, preset: str) -> None:
    (found,) = make_city(f"mine: {{preset: {preset}}}").formats

    assert found.name == "mine"
    assert found.measures


class TestTasmota:
    SENSOR = b"""{"Time": "2026-06-18T07:59:50",
      "DS18B20": {"Id": "0316A279B8FF", "Temperature": 68.5},
      "BME280": {"Humidity": 50.1, "DewPoint": 12.4, "Pressure": 750.1},
      "ESP32": {"Temperature": 140.0},
      "SR04": {"Distance": 123.4},
      "ENERGY": {"TotalStartTime": "2025-01-01T00:00:00", "Total": 1.25, "Power": [12, 3]},
      "PressureUnit": "mmHg", "TempUnit": "F"}"""

    def test_telemetry_is_read_in_its_own_units_and_zone(self, make_city: Make) -> None:
        lines = make_city("tasmota: {preset: tasmota}").ask("tele/lv-01/SENSOR", self.SENSOR)

        assert lines == [
            "lv-01/temperature 20.27777778 10s ago TOGETHER",
            "lv-01/humidity 50.1 10s ago TOGETHER",
            "lv-01/pressure 1000.051228 10s ago TOGETHER",
            "lv-01/distance 1.234 10s ago TOGETHER",
            "lv-01/energy 1.25 10s ago",
            "not_a_number: a list is not a number",
        ]

    def test_what_is_written_beside_the_preset_outvotes_it(self, make_city: Make) -> None:
        city = make_city(
            """
            tasmota:
              preset: tasmota
              topic: "flood/{device}/SENSOR"
              time: {zone: Asia/Tokyo}
              metrics: {humidity: battery}
              fields:
                "*.Temperature":
                "*.Pressure":
                "ENERGY.Power":
                "ENERGY.Total":
                SR04.Distance: {metric: water_level, unit: cm, scale: -1, offset: 500}
            """
        )

        assert city.ask("flood/lv-01/SENSOR", self.SENSOR) == [
            "lv-01/battery 50.1 3610s ago TOGETHER",
            "lv-01/water_level 3.766 3610s ago",
        ]

    @pytest.mark.parametrize(
        ("word", "told"), [(b"Online", "1 0s ago ALIVE"), (b"Offline", "0 0s ago ALIVE")]
    )
    def test_the_last_will_says_whether_it_is_there(
        self, make_city: Make, word: bytes, told: str
    ) -> None:
        city = make_city("tasmota: {preset: tasmota}")

        assert city.ask("tele/wl-01/LWT", word) == [f"wl-01/water_level {told}"]
        assert city.ask("tele/wl-01/LWT", b"Maybe") == [
            "unknown_state: 'Maybe' is none of Online, Offline"
        ]
        assert city.ask("tele/wl-01/LWT", word, flags=int(MessageFlag.RETAINED)) == []
        assert city.ask("tele/nobody/LWT", word) == [
            "unknown_device: no device has the address 'nobody' in format 'tasmota'"
        ]


class TestZigbee2mqtt:
    def test_a_flat_message_with_the_time_it_was_heard(self, make_city: Make) -> None:
        payload = b"""{"battery": 97.5, "humidity": 56.3, "linkquality": 120, "pressure": null,
          "temperature": -2.4, "voltage": 3015, "last_seen": "2026-06-18T07:59:58+08:00"}"""

        assert make_city("z: {preset: zigbee2mqtt}").ask("zigbee2mqtt/lv-01", payload) == [
            "lv-01/temperature -2.4 2s ago TOGETHER",
            "lv-01/humidity 56.3 2s ago TOGETHER",
            "lv-01/battery 97.5 2s ago",
        ]

    def test_the_time_can_come_in_milliseconds(self, make_city: Make, now: int) -> None:
        city = make_city("z: {preset: zigbee2mqtt, time: {as: epoch_ms}}")
        payload = b'{"illuminance": 12, "last_seen": %d}' % (now - 1000)

        assert city.ask("zigbee2mqtt/lv-01", payload) == ["lv-01/illuminance 12 1s ago"]

    def test_leak_sensors_are_states(self, make_city: Make) -> None:
        city = make_city("z: {preset: zigbee2mqtt}")

        assert city.ask("zigbee2mqtt/lv-01", b'{"water_leak": true}') == [
            "lv-01/water_leak 1 0s ago UNTIMED"
        ]

    def test_what_it_knows_nothing_of_is_counted_and_left(self, make_city: Make) -> None:
        city = make_city("z: {preset: zigbee2mqtt}")

        switch = city.take(("zigbee2mqtt/lv-01", b'{"state": "ON", "linkquality": 99}'))
        other = city.take(("zigbee2mqtt/wl-01", b'{"temperature": 20}'))

        assert (switch.ignored, switch.rejections, len(switch.readings)) == (1, [], 0)
        assert (other.ignored, other.rejections, len(other.readings)) == (1, [], 0)

    @pytest.mark.parametrize(
        ("payload", "value"),
        [(b'{"state": "online"}', 1), (b'{"state":"offline"}', 0), (b"online", 1), (b"offline", 0)],
    )
    def test_availability_new_and_old(self, make_city: Make, payload: bytes, value: int) -> None:
        city = make_city("z: {preset: zigbee2mqtt}")

        assert city.ask("zigbee2mqtt/wl-01/availability", payload) == [
            f"wl-01/water_level {value} 0s ago ALIVE"
        ]


class TestChirpstack:
    TOPIC = "application/17c82e96-be03-4f38-aef3-f83d48582d97/device/lv-01/event/up"
    UPLINK = b"""{
      "deduplicationId": "3ac7e3c4-4401-4b8d-9386-a5c902f9202d",
      "time": "2026-06-17T23:59:57.775023242+00:00",
      "deviceInfo": {"tenantName": "ChirpStack", "applicationName": "Test app",
        "deviceProfileName": "Test device-profile", "deviceName": "Test device",
        "devEui": "0101010101010101", "tags": {"key": "value"}},
      "devAddr": "00189440", "dr": 1, "fPort": %d, "data": "%s"%s,
      "rxInfo": [{"gatewayId": "0016c001f153a14c", "uplinkId": 4217106255, "rssi": -36,
        "snr": 10.5, "metadata": {"region_name": "eu868"}, "crcStatus": "CRC_OK"}],
      "txInfo": {"frequency": 867500000, "modulation": {"lora": {"spreadingFactor": 12}}}}"""
    MINE = """
    lora:
      preset: chirpstack
      fields: {object.level: water_level}
      bytes:
        - path: data
          port: 2
          fields: {water_level: {at: 0, type: u16be, scale: 0.001}, battery: {at: 2, type: u8}}
        - {path: data, port: 3, fields: {temperature: {at: -2, type: i16le, scale: 0.1}}}
    """

    def test_what_the_codec_made_of_it(self, make_city: Make) -> None:
        decoded = b', "object": {"temperature": 21.5, "humidity": 40, "other": [1]}'
        city = make_city("lora: {preset: chirpstack}")

        assert city.ask(self.TOPIC, self.UPLINK % (2, b"qg==", decoded)) == [
            "lv-01/temperature 21.5 2.225s ago TOGETHER",
            "lv-01/humidity 40 2.225s ago",
        ]

    @pytest.mark.parametrize(
        ("port", "data", "told"),
        [
            (2, b"DIpj", ["water_level 3.21 2.225s ago TOGETHER", "battery 99 2.225s ago"]),
            (3, b"/////w==", ["temperature -0.1 2.225s ago"]),
            (4, b"DIpj", []),
            (2, b"DIo=", ["water_level 3.21 2.225s ago"]),
        ],
    )
    def test_bytes_by_port(self, make_city: Make, port: int, data: bytes, told: list[str]) -> None:
        lines = make_city(self.MINE).ask(self.TOPIC, self.UPLINK % (port, data, b""))

        assert [line for line in lines if line.startswith("lv-01")] == [
            f"lv-01/{line}" for line in told
        ]
        missing = ["missing_field: bytes 2 to 2 of a payload of 2 bytes"]
        assert [line for line in lines if not line.startswith("lv-01")] == (
            missing if data == b"DIo=" else []
        )

    def test_bytes_are_left_alone_where_the_codec_has_spoken(self, make_city: Make) -> None:
        uplink = self.UPLINK % (2, b"DIpj", b', "object": {"level": 3.5}')

        assert make_city(self.MINE).ask(self.TOPIC, uplink) == ["lv-01/water_level 3.5 2.225s ago"]

    def test_data_that_is_not_base64_is_told(self, make_city: Make) -> None:
        lines = make_city(self.MINE).ask(self.TOPIC, self.UPLINK % (2, b"D?p", b""))

        assert lines == ["unreadable: 'D?p' is no base64 text"]


def test_a_field_of_a_preset_whose_metric_nobody_measures_is_left_out(
    make_registry: Make,
) -> None:
    problems = Problems()
    node = parse_yaml("z: {preset: zigbee2mqtt}", "f.yaml", problems)
    registry = make_registry({"lv-01": ["temperature"]})
    assert node is not None

    (found,) = parse_formats(node, registry, problems)

    assert problems.found == []
    assert "tamper" not in {measure.metric.constant for measure in found.measures}
