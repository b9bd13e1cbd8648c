"""Formats of common vendors, ready to use: `preset: tasmota`.

Kept as text in the code, so that reading them needs no file. A preset's fields for metrics that a
registry does not have are left out; keys that a user writes beside `preset` outvote it.
"""

from functools import cache

from sentinel.document import Node, Problems, parse_yaml

_TASMOTA = """
topic: "tele/{device}/SENSOR"
time: {path: Time, zone: local}        # SetTimezone of the device; no zone in the text
fields:
  "*.Temperature": {metric: temperature, unit: {path: TempUnit, map: {C: Cel, F: degF}}}
  "ESP32.Temperature": ignore          # of the chip itself
  "*.Humidity": {metric: humidity, unit: "%RH"}
  "*.Pressure": {metric: pressure, unit: {path: PressureUnit}}    # hPa, mmHg or inHg
  "*.Illuminance": {metric: illuminance, unit: lx}
  "*.CarbonDioxide": {metric: co2, unit: ppm}
  '*."PM2.5"': {metric: pm25, unit: ug/m3}
  "*.PM10": {metric: pm10, unit: ug/m3}
  "SR04.Distance": {metric: distance, unit: cm}
  "VL53L0X.Distance": {metric: distance, unit: mm}
  "ENERGY.Power": {metric: power, unit: W}
  "ENERGY.Voltage": {metric: voltage, unit: V}
  "ENERGY.Current": {metric: current, unit: A}
  "ENERGY.Total": {metric: energy, unit: kWh}
others: ignore
alive: {topic: "tele/{device}/LWT", online: Online, offline: Offline}
"""

_ZIGBEE2MQTT = """
topic: "zigbee2mqtt/{device}"
time: {path: last_seen}                # advanced.last_seen: ISO_8601; epoch: add `as: epoch_ms`
fields:
  temperature: {metric: temperature, unit: Cel}
  humidity: {metric: humidity, unit: "%RH"}
  pressure: {metric: pressure, unit: hPa}
  illuminance: {metric: illuminance, unit: lx}
  co2: {metric: co2, unit: ppm}
  pm25: {metric: pm25, unit: ug/m3}
  pm10: {metric: pm10, unit: ug/m3}
  soil_moisture: {metric: soil_moisture, unit: "%"}
  battery: {metric: battery, unit: "%"}
  power: {metric: power, unit: W}
  current: {metric: current, unit: A}
  energy: {metric: energy, unit: kWh}
  water_leak: {metric: water_leak, boolean: true}
  smoke: {metric: smoke, boolean: true}
  gas: {metric: gas, boolean: true}
  carbon_monoxide: {metric: carbon_monoxide, boolean: true}
  contact: {metric: contact, boolean: true}
  occupancy: {metric: occupancy, boolean: true}
  tamper: {metric: tamper, boolean: true}
others: ignore
alive: {topic: "zigbee2mqtt/{device}/availability", path: state, online: online, offline: offline}
"""

_CHIRPSTACK = """
topic: "application/+/device/{device}/event/up"
time: {path: time}
fields:
  object.temperature: {metric: temperature, unit: Cel}
  object.humidity: {metric: humidity, unit: "%RH"}
  object.pressure: {metric: pressure, unit: hPa}
  object.battery: {metric: battery, unit: "%"}
  object.co2: {metric: co2, unit: ppm}
  object.distance: {metric: distance, unit: mm}
others: ignore
"""

PRESETS = {"tasmota": _TASMOTA, "zigbee2mqtt": _ZIGBEE2MQTT, "chirpstack": _CHIRPSTACK}
"""YAML by name, version 4 of ChirpStack and 1.x and 2.x of Zigbee2MQTT."""

_MERGED = ("fields", "time")
"""Keys whose inner keys are outvoted one by one."""


def with_preset(name: str, node: Node) -> Node:
    """Return `node` laid over a preset; a key without a value takes the preset's away."""
    return _over(_preset(name), node, _MERGED)


@cache
def _preset(name: str) -> Node:
    node = parse_yaml(PRESETS[name], f"preset {name}", Problems())
    if node is None:
        raise AssertionError(name)
    return node


def _over(below: Node, above: Node, merged: tuple[str, ...]) -> Node:
    values: dict[str, Node] = dict(below.value)
    for key, node in above.value.items():
        old = values.get(key)
        if key in merged and old is not None and isinstance(node.value, dict):
            values[key] = _over(old, node, ())
        elif node.value is None:
            values.pop(key, None)
        else:
            values[key] = node
    places = {**below.keys, **above.keys}
    return Node(values, above.place, {key: places[key] for key in values})
