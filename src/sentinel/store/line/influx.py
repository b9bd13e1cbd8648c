"""Ask InfluxDB: version 2 in Flux, version 3 in SQL."""

import re
from typing import Any

import msgspec
from influxdb_client.client.flux_csv_parser import FluxCsvParserException
from influxdb_client.client.influxdb_client import InfluxDBClient
from influxdb_client.rest import ApiException
from typing_extensions import override
from urllib3.exceptions import HTTPError

from sentinel.domain.errors import StoreDown, StoreError
from sentinel.store.line.ask import Asker, Points, Question, answering
from sentinel.store.settings import StoreSettings

_NO_TABLE = re.compile(r"table .*not found|no such table", re.IGNORECASE)


class FluxAsker(Asker):
    """InfluxDB 2."""

    def __init__(self, settings: StoreSettings) -> None:
        self._settings = settings
        self._client = InfluxDBClient(
            url=settings.read_url or settings.url,
            token=settings.token(),
            org=settings.org or "-",
            timeout=settings.timeout,
        )

    @override
    def ask(self, question: Question) -> Points:
        points: Points = {}
        try:
            for one in self._client.query_api().query_stream(flux(question, self._settings.bucket)):
                values = one.values
                at = round(values["_time"].timestamp() * 1000)
                points.setdefault(values["_field"], {})[at] = float(values["_value"])
        except ApiException as error:
            message = f"store: {self._settings.url}: influxdb2 answers {error.status}: {error.body}"
            raise (StoreDown if error.status >= 500 else StoreError)(message) from error  # noqa: PLR2004
        except (HTTPError, OSError) as error:
            message = f"store: {self._settings.url}: influxdb2 does not answer: {error}"
            raise StoreDown(message) from error
        except (
            FluxCsvParserException,
            LookupError,
            TypeError,
            ValueError,
            AttributeError,
        ) as error:
            message = f"store: {self._settings.url}: the answer must be one of influxdb2; {error}"
            raise StoreError(message) from error
        return points


def flux(question: Question, bucket: str) -> str:
    """Return the question in Flux; fields stay apart, for their types differ."""
    start, end = question.span()
    wanted = {"_measurement": question.measurement, **question.tags}
    tests = " and ".join(f"r[{_flux(key)}] == {_flux(value)}" for key, value in wanted.items())
    newest = f" |> tail(n: {question.limit})" if question.limit else ""
    return (
        f"from(bucket: {_flux(bucket)})"
        f" |> range(start: time(v: {start * 1_000_000}), stop: time(v: {end * 1_000_000}))"
        f" |> filter(fn: (r) => {tests})"
        ' |> keep(columns: ["_time", "_field", "_value"])'
        f' |> sort(columns: ["_time"]){newest}'
    )


def _flux(text: str) -> str:
    r"""Return a string literal; `${` would otherwise be read as an expression."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("${", "\\${") + '"'


class SqlAsker(Asker):
    """InfluxDB 3. A table that was never written to is an empty one."""

    def __init__(self, settings: StoreSettings) -> None:
        self._settings = settings

    @override
    def ask(self, question: Question) -> Points:
        body = {
            "db": self._settings.bucket,
            "q": sql(question),
            "params": dict(question.tags),
            "format": "json",
        }
        points: Points = {}
        try:
            with answering(self._settings, "/api/v3/query_sql", {}, body) as answer:
                for row in msgspec.json.decode(answer.read(), type=list[dict[str, Any]]):
                    at = row.pop("time_ns") // 1_000_000
                    for name, value in row.items():
                        if isinstance(value, int | float):
                            points.setdefault(name, {})[at] = float(value)
        except StoreError as error:
            if _NO_TABLE.search(str(error)):
                return {}
            raise
        return points


def sql(question: Question) -> str:
    """Return the question in SQL; tags are parameters.

    All columns: one that was never written, such as `flags`, would be an error by its name.
    """
    start, end = question.span()
    wanted = "".join(f' AND "{key}" = ${key}' for key in question.tags)
    limit = f" LIMIT {question.limit}" if question.limit else ""
    return (
        f"SELECT CAST(time AS BIGINT) AS time_ns, * FROM {question.measurement}"  # noqa: S608
        f" WHERE time >= to_timestamp_nanos({start * 1_000_000})"
        f" AND time < to_timestamp_nanos({end * 1_000_000}){wanted}"
        f" ORDER BY time DESC{limit}"
    )
