"""Units as the field spells them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.document.units import BARE, SECOND, Unit, conversion, parse_unit

SPELLINGS = (
    "m", "cm", "mm", "km", "%RH", "%LEL", "%", "Cel", "degC", "degF", "℃", "K", "ug/m3", "µg/m³",
    "mg/m3", "mm/h", "m3/s", "m³/h", "l", "L/min", "ppm", "ppb", "dB", "dB(A)", "count", "/", "1",
    "Pa", "hPa", "kPa", "mmH2O", "lx", "V", "A", "W", "kWh", "J", "kg", "m/s", "km/h", "deg", "lat",
    "%EL", "min", "s", "Hz", "pH", "NTU", "uS/cm", "m/s2", "W/m2", "dBm", "人", "/100",
)  # fmt: skip


def unit(text: str) -> Unit:
    found = parse_unit(text)
    assert found is not None, text
    return found


def convert(value: float, old: str, new: str, *, difference: bool = False) -> float | None:
    found = conversion(unit(old), unit(new), difference=difference)
    return None if found is None else value * found[0] + found[1]


@pytest.mark.parametrize("text", SPELLINGS)
def test_the_field_s_spellings_are_known(text: str) -> None:
    assert parse_unit(text) is not None


@pytest.mark.parametrize(
    "text",
    ["foo", "2 m", "m+m", "m m", "m//s", "m/", "/m", "__import__('os')", "m" * 50, "m99", "Np"],
)
def test_other_text_is_no_unit(text: str) -> None:
    assert parse_unit(text) is None


@pytest.mark.parametrize(
    ("value", "old", "new", "expected"),
    [
        (57, "cm", "m", 0.57),
        (29, "cm", "m", 0.29),
        (100, "degC", "degF", 212),
        (32, "degF", "Cel", 0),
        (0, "Cel", "K", 273.15),
        (3600, "m³/h", "m3/s", 1),
        (1000, "l", "m3", 1),
        (1, "ppm", "ppb", 1000),
        (36, "km/h", "m/s", 10),
        (1, "bar", "kPa", 100),
        (0.5, "/", "%", 50),
        (45, "%", "%RH", 45),
        (45, "%RH", "%", 45),
        (10, "mmH2O", "Pa", 98.0665),
    ],
)
def test_values_convert(value: float, old: str, new: str, expected: float) -> None:
    assert convert(value, old, new) == pytest.approx(expected, rel=1e-12, abs=1e-9)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("m", "s"),
        ("%RH", "%LEL"),
        ("ppm", "%LEL"),
        ("count", "1"),
        ("dB", "1"),
        ("dB", "dBm"),
        ("mm/h", "mm"),
        ("pH", "m"),
    ],
)
def test_units_of_different_things_do_not_convert(old: str, new: str) -> None:
    assert conversion(unit(old), unit(new)) is None
    assert conversion(unit(new), unit(old)) is None


def test_a_rise_of_five_degrees_is_not_278_kelvin() -> None:
    assert convert(5, "Cel", "K", difference=True) == 5
    assert convert(9, "degF", "Cel", difference=True) == pytest.approx(5)


def test_a_rate_of_degrees_has_no_zero() -> None:
    assert conversion(unit("Cel/h"), unit("K/h")) == (1.0, 0.0)


def test_products_are_units_again() -> None:
    speed = unit("m") / SECOND

    assert conversion(speed, unit("m/h")) == (3600.0, 0.0)
    assert speed.text == "m/s"
    assert (speed * SECOND).dimensions == unit("m").dimensions
    assert (unit("m") / unit("cm")).dimensions == BARE.dimensions
    assert (BARE / SECOND).text == "1/s"


@given(st.sampled_from(SPELLINGS), st.sampled_from(SPELLINGS), st.floats(-1e6, 1e6))
def test_there_and_back_is_the_same(old: str, new: str, value: float) -> None:
    there = convert(value, old, new)
    if there is None:
        return
    back = convert(there, new, old)

    assert back == pytest.approx(value, rel=1e-9, abs=1e-6)


@given(st.text(max_size=60))
def test_no_text_breaks_the_parser(text: str) -> None:
    found = parse_unit(text)

    assert found is None or isinstance(found, Unit)
