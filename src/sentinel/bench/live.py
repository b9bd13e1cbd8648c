"""How much of what a do-nothing subscriber takes the whole pipeline takes, on one machine."""

import json
import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from sentinel.bench.deployment import (
    RECEIVE_MAXIMUM,
    Deployment,
    environment,
    load_command,
    running,
    wait_until,
)
from sentinel.bench.result import Must, Result
from sentinel.testing.mosquitto import running_mosquitto

SENSORS = 100_000
"""So many that none babbles: what a babbling sensor says is kept out of the rules."""
MESSAGES = 400_000
ROUNDS = 3
PIPELINE = ("listen", "detect", "record")


def run(*, rounds: int = ROUNDS, messages: int = MESSAGES) -> Result:
    """Measure both in turn, `rounds` times; the ratio is the median of the rounds' ratios."""
    measured = []
    with TemporaryDirectory(prefix="sentinel-bench-") as folder:
        for number in range(rounds):
            nothing = _nothing(Path(folder) / f"nothing-{number}", messages)
            pipeline = measure_pipeline(Path(folder) / f"pipeline-{number}", messages)
            measured.append(
                {**nothing, **pipeline, "share": pipeline["taken"] / nothing["nothing"]}
            )
    figures = {name: median(one[name] for one in measured) for name in measured[0]}
    figures["longest_lag_seconds"] = max(one["longest_lag_seconds"] for one in measured)
    return Result(
        bench="live",
        figures=figures,
        meaning={
            "nothing": "messages/s, paho subscriber that does nothing",
            "nothing_cpu": "its CPU a message, microseconds",
            "taken": "messages/s journalled and acknowledged, all services running",
            "share": "of the do-nothing subscriber's speed",
            "listen_cpu": "CPU a message, microseconds: listen",
            "detect_cpu": "detect",
            "record_cpu": "record",
            "longest_lag_seconds": "longest lag of a reader when the last message was in, s",
        },
        musts=(
            Must(figure="share", at_least=0.7, aim=0.85),
            Must(figure="longest_lag_seconds", at_most=5.0),
        ),
        notes=[
            f"mosquitto, MQTT 5, QoS 1, receive maximum {RECEIVE_MAXIMUM:,}",
            f"{SENSORS:,} sensors, 4 rules each; {messages:,} messages as fast as they are taken",
            f"medians of {rounds} rounds",
        ],
    )


def _nothing(folder: Path, messages: int) -> dict[str, float]:
    with running_mosquitto(folder) as broker:
        subscriber = subprocess.Popen(  # noqa: S603 -- our own module
            [sys.executable, "-m", "sentinel.bench.nothing", broker.host, str(broker.port),
             "load/#", str(RECEIVE_MAXIMUM), str(messages)],
            stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        if subscriber.stdout is None or subscriber.stdout.readline().strip() != "ready":
            message = "the do-nothing subscriber did not come up"
            raise RuntimeError(message)
        _load(broker.port, messages).wait()
        found = json.loads(subscriber.communicate()[0])
    return {"nothing": found["per_second"], "nothing_cpu": found["cpu_microseconds"]}


def _load(port: int, messages: int) -> "subprocess.Popen[str]":
    return subprocess.Popen(  # noqa: S603 -- our own module
        load_command(port, messages=messages, sensors=SENSORS),
        stdout=subprocess.PIPE,
        text=True,
        env=environment(),
    )


def measure_pipeline(folder: Path, messages: int) -> dict[str, float]:
    """Return messages a second taken by listen, detect and record together, and their CPU."""
    with running_mosquitto(folder / "broker") as broker:
        deployment = Deployment(folder / "sentinel", broker.port, SENSORS)
        with running(deployment, PIPELINE):
            before = deployment.cpu_seconds()
            first, last = _speed(deployment, broker.port, messages)
            lags = deployment.look().lag
            longest = max((lag.seconds for lag in lags.values()), default=0.0)
            _wait_for_readers(deployment)
            after = deployment.cpu_seconds()
    return {
        "taken": messages / (last - first),
        "longest_lag_seconds": longest,
        **{f"{name}_cpu": (after[name] - before[name]) / messages * 1e6 for name in PIPELINE},
    }


def _speed(deployment: Deployment, port: int, messages: int) -> tuple[float, float]:
    """Return when the first message was journalled and when the last."""

    def taken() -> int:
        return int(deployment.look().services["listen"].get("messages", 0))

    load = _load(port, messages)
    wait_until(lambda: taken() > 0, "no message arrived")
    first = time.monotonic()
    already = taken()
    wait_until(lambda: taken() >= messages, "not every message arrived", seconds=600)
    last = time.monotonic()
    load.wait()
    return first - already / messages * (last - first), last


def _wait_for_readers(deployment: Deployment) -> None:
    wait_until(
        lambda: all(lag.rows <= 2 for lag in deployment.look().lag.values()),  # noqa: PLR2004 -- ticks
        "detect or record did not catch up",
    )
