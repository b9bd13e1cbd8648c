"""What goes out is described with the rest of the API, each call once."""

import warnings

from tests.publish.outward.conftest import Caller


def test_every_call_is_described_once(writer: Caller) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        paths = writer.get("/api/v1/openapi.json").json()["paths"]

    names = [call["operationId"] for path in paths.values() for call in path.values()]
    assert "/api/v1/publications/{number}/issue" in paths
    assert "/feeds/cap.atom" in paths
    assert len(names) == len(set(names))
