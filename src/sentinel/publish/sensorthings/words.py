"""OGC's words for what the registry has: constants of the standard."""

from datetime import UTC, datetime

from sentinel.domain.metric import MetricKind
from sentinel.domain.quality import Quality

VERSION = "v1.1"
GEOJSON = "application/geo+json"
PLAIN = "text/plain"
_TYPES = "http://www.opengis.net/def/observationType/OGC-OM/2.0/"
OBSERVATION_TYPES = {
    MetricKind.GAUGE: f"{_TYPES}OM_Measurement",
    MetricKind.COUNTER: f"{_TYPES}OM_Measurement",
    MetricKind.DIRECTION: f"{_TYPES}OM_Measurement",
    MetricKind.STATE: f"{_TYPES}OM_CategoryObservation",
    MetricKind.EVENT: f"{_TYPES}OM_Observation",
}
QUALITY_WORDS = {
    Quality.PASS: "pass",
    Quality.NOT_EVALUATED: "not evaluated",
    Quality.SUSPECT: "suspect",
    Quality.FAIL: "fail",
    Quality.MISSING: "missing",
}
"""In QARTOD's words, as `resultQuality` has them."""
CONFORMANCE = (
    "http://www.opengis.net/spec/iot_sensing/1.1/req/datamodel",
    "http://www.opengis.net/spec/iot_sensing/1.1/req/resource-path/resource-path-to-entities",
    "http://www.opengis.net/spec/iot_sensing/1.1/req/request-data/filter",
    "http://www.opengis.net/spec/iot_sensing/1.1/req/request-data/orderby",
    "http://www.opengis.net/spec/iot_sensing/1.1/req/request-data/select",
    "http://www.opengis.net/spec/iot_sensing/1.1/req/request-data/top",
    "http://www.opengis.net/spec/iot_sensing/1.1/req/request-data/skip",
    "http://www.opengis.net/spec/iot_sensing/1.1/req/request-data/count",
    "http://www.opengis.net/spec/iot_sensing/1.1/req/request-data/pagination",
)
"""What of the standard is answered; what is not is said in docs/sensorthings.md."""


def iso(ms: int) -> str:
    """Return a time as SensorThings writes it.

    >>> iso(1_781_723_520_250)
    '2026-06-17T19:12:00.250Z'
    """
    second, rest = divmod(ms, 1000)
    return f"{datetime.fromtimestamp(second, UTC):%Y-%m-%dT%H:%M:%S}.{rest:03d}Z"


def spoken(words: dict[str, str]) -> str:
    """Return a text in Chinese and English: the standard has room for one.

    >>> spoken({"zh": "水位", "en": "water level"})
    '水位 / water level'
    """
    return " / ".join(dict.fromkeys(word for word in words.values() if word))
