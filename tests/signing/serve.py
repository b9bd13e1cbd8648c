"""Serves signing in and a page that is being typed on, to browsers that test them.

Two users, `wang.fang` and `li.qiang`; `PASSWORD` lets both in. Each line on standard input is
obeyed: `wait MINUTES` winds the clock, `disable USER` does that; at its end the server stops.
"""

import argparse
import asyncio
import json
import socket
import sys
from collections.abc import Sequence
from pathlib import Path
from threading import Thread
from typing import Any

import uvicorn
from argon2 import PasswordHasher
from fastapi import FastAPI
from fastapi.responses import HTMLResponse, StreamingResponse
from sqlalchemy import Engine
from sqlalchemy.engine import Connection

from sentinel.console.guard import Guard
from sentinel.console.plainly import speak_plainly
from sentinel.console.signing import add_signing
from sentinel.console.who import Asking
from sentinel.desk import open_database
from sentinel.desk.people.passwords import Passwords
from sentinel.desk.people.people import People
from sentinel.desk.people.staff import Staff
from sentinel.domain.person import Grant, Role
from sentinel.warn.trail import Entry

PASSWORD = "correct horse battery"  # noqa: S105 -- of nobody
NOW = 1_781_740_800_000
QUICK = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
PAGE = """<!doctype html><html><head><link rel="stylesheet" href="/sign-in/console.css"></head>
<body><main class="board"><p id="who"></p><textarea id="found" autofocus></textarea>
<button id="send">send</button><p id="sent"></p><button id="change">change</button>
<button id="out">out</button></main>
<script type="module">
import { ask, changeUser, signOut, whoAmI } from "/sign-in/signing.js";
import { Drafts } from "/sign-in/drafts.js";
const at = (id) => document.getElementById(id);
const drafts = new Drafts();
const { person } = await whoAmI();
at("found").value = (await drafts.get("c1"))?.body.found ?? "";
at("found").addEventListener("input", () => drafts.put("c1", { found: at("found").value }));
at("send").addEventListener("click", async () => {
  const answer = await ask("/api/v1/act", { method: "POST", body: at("found").value });
  at("sent").textContent = (await answer.json()).by;
  await drafts.remove("c1");
});
at("change").addEventListener("click", changeUser);
at("out").addEventListener("click", signOut);
at("who").textContent = person.name; // last: then all of the above is there
</script></body></html>"""


class HandClock:
    """Stands still until it is wound."""

    def __init__(self) -> None:
        self.at = NOW

    def now(self) -> int:
        """Return milliseconds since 1970 UTC."""
        return self.at


def no_trail(_connection: Connection, _entries: Sequence[Entry]) -> None:
    """Keep nothing."""


def build(people: Any, **more: Any) -> FastAPI:  # noqa: ANN401 -- as `add_signing` takes it
    """Return a server with signing in, a page and an act, behind the guard."""
    app = FastAPI(openapi_url="/api/v1/openapi.json", docs_url=None, redoc_url=None)

    @app.get("/")
    def page() -> HTMLResponse:
        return HTMLResponse(PAGE)

    @app.get("/feed")
    def feed() -> dict[str, str]:
        return {"open": "to everybody"}

    @app.post("/api/v1/act")
    def act(who: Asking) -> dict[str, str]:
        return {"by": who.id}

    @app.get("/api/v1/stream")
    async def stream(_who: Asking) -> StreamingResponse:
        async def beats() -> Any:  # noqa: ANN401 -- an iterator
            while True:
                yield b"beat\n"
                await asyncio.sleep(0.01)

        return StreamingResponse(beats())

    add_signing(app, people, **more)
    app.add_middleware(Guard, hosts=("duty.example.cn",), body_bytes=64_000)
    speak_plainly(app)
    return app


def two_users(engine: Engine, clock: HandClock) -> tuple[People, Staff]:
    """Return people and who changes them."""
    people = People(engine, clock, no_trail, passwords=QUICK)
    staff = Staff(engine, clock, no_trail, by="terminal:root", passwords=QUICK)
    operator = Grant(role=Role.OPERATOR, area="pudong")
    staff.add_user("wang.fang", "王芳", PASSWORD, [operator])
    staff.add_user("li.qiang", "Li <i>Qiang</i>", PASSWORD, [Grant(role=Role.VIEWER)])
    return people, staff


def main() -> None:
    """Say the port on standard output, then serve until standard input ends."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    options = parser.parse_args()
    clock = HandClock()
    engine = open_database(options.data / "desk.sqlite")
    people, staff = two_users(engine, clock)
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(build(people), log_config=None))
    Thread(target=_obey, args=(server, clock, staff), daemon=True).start()
    print(json.dumps({"port": listening.getsockname()[1]}), flush=True)  # noqa: T201 -- read by who started it
    server.run([listening])
    engine.dispose()


def _obey(server: uvicorn.Server, clock: HandClock, staff: Staff) -> None:
    for line in sys.stdin:
        word, value = line.split()
        if word == "wait":
            clock.at += int(value) * 60_000
        else:
            staff.disable(value)
        print("done", flush=True)  # noqa: T201 -- read by who asked for it
    server.should_exit = True


if __name__ == "__main__":
    main()
