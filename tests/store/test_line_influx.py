"""InfluxDB is asked in Flux and SQL.

No InfluxDB runs here: the answers are recorded ones, in the shape that its documentation gives.
"""

import json
from pathlib import Path

import numpy as np

from sentinel.domain.rank import Rank
from sentinel.store import RankPoint, StoredReadings, StoreKind, StoreSettings, open_store
from sentinel.store.line.ask import Question
from sentinel.store.line.influx import flux, sql
from sentinel.testing.recorded import Recorded
from sentinel.testing.samples import NOON

CSV = """\
#group,false,false,false,true,false
#datatype,string,long,dateTime:RFC3339,string,double
#default,_result,,,,
,result,table,_time,_field,_value
,,0,2026-06-18T12:00:00Z,v,3.25
,,0,2026-06-18T12:00:01.5Z,v,3.5

#group,false,false,false,true,false
#datatype,string,long,dateTime:RFC3339,string,long
#default,_result,,,,
,result,table,_time,_field,_value
,,1,2026-06-18T12:00:00Z,q,1
,,1,2026-06-18T12:00:01.5Z,q,3
,,1,2026-06-18T12:00:02Z,q,9
,,2,2026-06-18T12:00:00Z,lag_ms,250
,,2,2026-06-18T12:00:01.5Z,lag_ms,40
,,2,2026-06-18T12:00:02Z,lag_ms,-3
,,3,2026-06-18T12:00:01.5Z,flags,128

""".replace("\n", "\r\n")

RANKS = """\
#group,false,false,false,true,false
#datatype,string,long,dateTime:RFC3339,string,long
#default,_result,,,,
,result,table,_time,_field,_value
,,0,2026-06-18T12:00:00Z,rank,3
,,1,2026-06-18T12:00:00Z,blind,1

""".replace("\n", "\r\n")

ROWS = [
    {"time_ns": (NOON + 2000) * 1_000_000, "time": "2026-06-18T12:00:02", "device": "lv-01",
     "metric": "water_level", "area": None, "v": None, "q": 9, "lag_ms": -3, "flags": None},
    {"time_ns": (NOON + 1500) * 1_000_000, "time": "2026-06-18T12:00:01.500", "device": "lv-01",
     "metric": "water_level", "area": None, "v": 3.5, "q": 3, "lag_ms": 40, "flags": 128},
    {"time_ns": NOON * 1_000_000, "time": "2026-06-18T12:00:00", "device": "lv-01",
     "metric": "water_level", "area": "city", "v": 3.25, "q": 1, "lag_ms": 250, "flags": None},
]  # fmt: skip


def settings(kind: StoreKind, url: str) -> StoreSettings:
    return StoreSettings(kind=kind, url=url, bucket="city", org="o")


def check(found: StoredReadings) -> None:
    assert found.time.tolist() == [NOON, NOON + 1500, NOON + 2000]
    assert found.value[:2].tolist() == [3.25, 3.5]
    assert np.isnan(found.value[2])
    assert found.quality.tolist() == [1, 3, 9]
    assert (found.received - found.time).tolist() == [250, 40, -3]
    assert found.flags.tolist() == [0, 128, 0]


def test_version_2_answers_in_annotated_csv(recorded: Recorded, tmp_path: Path) -> None:
    recorded.answer = lambda _: (200, "text/csv", CSV.encode())
    store = open_store(settings(StoreKind.INFLUXDB2, recorded.url), tmp_path)

    check(store.readings("lv-01", "water_level", NOON, NOON + 9000))

    (asked,) = recorded.asked
    assert asked.path == "/api/v2/query?org=o"
    store.close()


def test_version_2_knows_the_ranks(recorded: Recorded, tmp_path: Path) -> None:
    recorded.answer = lambda _: (200, "text/csv", RANKS.encode())
    store = open_store(settings(StoreKind.INFLUXDB2, recorded.url), tmp_path)

    found = store.ranks("river-level", "lv-01", NOON, NOON + 1)

    assert found == [RankPoint(time=NOON, rank=Rank.ORANGE, blind=True)]
    store.close()


def test_a_question_in_flux_cannot_be_broken_out_of() -> None:
    question = Question(
        measurement="reading",
        tags={"device": 'a"b\\c${1+1}'},
        start_ms=NOON,
        end_ms=NOON + 1,
        limit=5,
    )

    assert flux(question, "city") == (
        'from(bucket: "city")'
        " |> range(start: time(v: 1781784000000000000), stop: time(v: 1781784000001000000))"
        ' |> filter(fn: (r) => r["_measurement"] == "reading"'
        ' and r["device"] == "a\\"b\\\\c\\${1+1}")'
        ' |> keep(columns: ["_time", "_field", "_value"])'
        ' |> sort(columns: ["_time"]) |> tail(n: 5)'
    )


def test_a_span_is_cut_to_what_nanoseconds_can_count() -> None:
    question = Question(measurement="reading", tags={}, start_ms=-(10**18), end_ms=10**18)

    text = sql(question)

    assert "to_timestamp_nanos(-9223372036854000000)" in text
    assert "to_timestamp_nanos(9223372036854000000)" in text


def test_version_3_answers_in_json(recorded: Recorded, tmp_path: Path) -> None:
    recorded.answer = lambda _: (200, "application/json", json.dumps(ROWS).encode())
    store = open_store(settings(StoreKind.INFLUXDB3, recorded.url), tmp_path)

    check(store.readings("lv-01", "water_level", NOON, NOON + 9000, limit=3))

    (asked,) = recorded.asked
    body = json.loads(asked.body)
    assert asked.path == "/api/v3/query_sql"
    assert body["db"] == "city"
    assert body["params"] == {"device": "lv-01", "metric": "water_level"}
    assert '"device" = $device AND "metric" = $metric ORDER BY time DESC LIMIT 3' in body["q"]
    store.close()


def test_version_3_without_the_table_has_no_readings(recorded: Recorded, tmp_path: Path) -> None:
    said = b"Error during planning: table 'public.iox.reading' not found"
    recorded.answer = lambda _: (400, "text/plain", said)
    store = open_store(settings(StoreKind.INFLUXDB3, recorded.url), tmp_path)

    assert len(store.readings("lv-01", "water_level", NOON, NOON + 1)) == 0
    store.close()
