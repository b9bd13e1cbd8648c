"""The page at `/`: one NiceGUI element, a client of the API like any other."""

from pathlib import Path

from fastapi import FastAPI
from nicegui import ui
from nicegui.element import Element

from sentinel.console.shapes import PREFIX
from sentinel.console.texts import TEXTS

_WEB = Path(__file__).parent / "web"
_RECONNECT_SECONDS = 60.0
"""A page whose line was cut for less goes on; after the 3 s of NiceGUI it would load again."""
_ICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">'
    '<circle cx="16" cy="16" r="14" fill="#10161d" stroke="#e6edf3" stroke-width="2"/>'
    '<circle cx="16" cy="16" r="5" fill="#f0444a"/></svg>'
)


class Board(Element, component="web/board.js", esm={"sentinel-console": "web"}):
    """The list, the map and the warning that is open; everything it shows comes from the API."""

    def __init__(self) -> None:
        super().__init__()
        self._props["texts"] = TEXTS
        self._props["api"] = PREFIX


def add_page(app: FastAPI) -> None:
    """Put the page on the server that has the API. Once a process: NiceGUI is one of a kind."""

    @ui.page("/", title="sentinel")
    def board() -> None:
        ui.add_css(_WEB / "console.css")
        Board()

    ui.run_with(
        app,
        title="sentinel",
        favicon=_ICON,
        dark=None,
        tailwind=False,
        show_welcome_message=False,
        binding_refresh_interval=None,
        reconnect_timeout=_RECONNECT_SECONDS,
    )
