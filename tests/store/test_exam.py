"""The exam of stores, taken by the one in files and by a real database."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sentinel.store import StoreKind, StoreSettings, open_store
from sentinel.testing.stores import StoreExam
from sentinel.testing.stores_besides import Examinee
from sentinel.testing.victoria import Victoria, find_victoria, running_victoria


class TestSqlite(StoreExam):
    @pytest.fixture
    def examinee(self, tmp_path: Path) -> Examinee:
        return Examinee(open=lambda: open_store(StoreSettings(), tmp_path))


@pytest.fixture(scope="module")
def victoria(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Victoria]:
    with running_victoria(tmp_path_factory.mktemp("victoria")) as server:
        yield server


@pytest.mark.victoria
@pytest.mark.skipif(find_victoria() is None, reason="there is no victoria-metrics here")
class TestVictoriaMetrics(StoreExam):
    @pytest.fixture
    def examinee(
        self, tmp_path: Path, victoria: Victoria, request: pytest.FixtureRequest
    ) -> Examinee:
        settings = StoreSettings(
            kind=StoreKind.VICTORIA_METRICS, url=victoria.url, bucket=request.node.name
        )
        return Examinee(
            open=lambda: open_store(settings, tmp_path),
            settle=victoria.settle,
            first_stands=False,
        )
