"""Bundles kept by hash."""

import errno
import multiprocessing
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from sentinel.config import BundleStore, gather, load_config
from sentinel.config.check import check, load_registry, put_by, summarise
from sentinel.document import ConfigurationError, Problems
from sentinel.domain.errors import ServiceError

Edit = Callable[[str, str, str], None]


def put(deployment: Path) -> str:
    config = load_config(deployment)
    bundle = put_by(config, BundleStore(config.data / "bundles")).bundle
    assert bundle is not None
    return bundle.hash


def store(deployment: Path) -> BundleStore:
    return BundleStore(deployment.parent / "var/bundles")


def test_a_bundle_loads_again_by_its_hash(deployment: Path) -> None:
    name = put(deployment)
    bundle = store(deployment).load(name)

    assert bundle.hash == name
    assert list(bundle.registry.device_ids) == ["lv-01", "lv-02"]
    assert [program.rule for program in bundle.programs] == ["river-level"]


def test_a_bundle_is_compiled_once(deployment: Path) -> None:
    name = put(deployment)
    bundles = store(deployment)

    assert bundles.load(name) is bundles.load(name)


def test_the_same_files_are_the_same_bundle(deployment: Path) -> None:
    assert put(deployment) == put(deployment)
    assert len(store(deployment).names()) == 1


def test_an_old_bundle_stays_as_it_was(deployment: Path, edit: Edit) -> None:
    old = put(deployment)
    edit("city/devices.csv", "lv-01,river,pudong\n", "lv-00,river,pudong\n")
    new = put(deployment)

    assert list(store(deployment).load(old).registry.device_ids) == ["lv-01", "lv-02"]
    assert list(store(deployment).load(new).registry.device_ids) == ["lv-01", "lv-02", "lv-00"]
    assert store(deployment).load(new).registry.device_retired.tolist() == [True, False, False]
    assert store(deployment).names() == [old, new]


def test_a_device_that_comes_back_has_its_old_number(deployment: Path, edit: Edit) -> None:
    put(deployment)
    edit("city/devices.csv", "lv-01,river,pudong\n", "")
    put(deployment)
    edit("city/devices.csv", "lv-02,river,pudong\n", "lv-02,river,pudong\nlv-01,river,pudong\n")
    registry = store(deployment).load(put(deployment)).registry

    assert registry.device_number == {"lv-01": 0, "lv-02": 1}
    assert not registry.device_retired.any()


def test_a_bad_bundle_changes_nothing(deployment: Path, edit: Edit) -> None:
    name = put(deployment)
    before = sorted(path for path in (deployment.parent / "var").rglob("*"))
    edit("city/devices.csv", "lv-01,river", "lv-01,rver")

    with pytest.raises(ConfigurationError, match="no kind 'rver'"):
        put(deployment)

    assert sorted(path for path in (deployment.parent / "var").rglob("*")) == before
    assert store(deployment).names() == [name]


def test_an_unknown_bundle_is_told_plainly(deployment: Path) -> None:
    with pytest.raises(ServiceError, match="is not kept here"):
        store(deployment).load("0" * 32)
    with pytest.raises(ServiceError, match="named by its hash"):
        store(deployment).load("../../etc/passwd")


def test_a_damaged_bundle_is_told_and_not_used(deployment: Path) -> None:
    name = put(deployment)
    for path in (deployment.parent / "var/bundles/files").iterdir():
        path.write_bytes(path.read_bytes() + b"\n")

    with pytest.raises(ServiceError, match="is damaged"):
        store(deployment).load(name)


def test_writers_at_once_number_sensors_alike(deployment: Path) -> None:
    context = multiprocessing.get_context("spawn")
    header = "id,kind,area\n"
    with context.Pool(2) as pool:
        jobs = [(deployment, f"{header}dev-{number},river,pudong\n") for number in range(6)]
        names = pool.starmap(_put_devices, jobs)
    bundles = store(deployment)
    longest = max((bundles.load(name).registry.device_ids for name in names), key=len)

    assert len(longest) == 6
    for name in names:
        ids = list(bundles.load(name).registry.device_ids)
        assert ids == list(longest)[: len(ids)]


def _put_devices(deployment: Path, devices: str) -> str:
    config = load_config(deployment)
    gathered = gather(config, Problems())
    files = {**gathered.files, "registry/devices.csv": devices.encode()}
    compiled = BundleStore(config.data / "bundles").add(files, gathered.names)
    assert compiled.bundle is not None, compiled.problems.in_order()
    return compiled.bundle.hash


def test_a_check_tells_what_there_is(deployment: Path) -> None:
    checked = check(deployment)
    assert checked.bundle is not None
    found = summarise(checked.bundle)

    assert (found.devices, found.sensors, found.rules, found.formats) == (2, 2, 1, 1)
    assert found.areas == {"city": 1, "district": 1, "street": 0, "grid": 0, "building": 0}
    assert found.subjects == {"river-level": 2}
    assert not (deployment.parent / "var").exists()


def test_the_registry_loads_without_the_rest(deployment: Path, edit: Edit) -> None:
    edit("rules/flood.yaml", "level >= 3", "levul >= 3")

    assert len(load_registry(load_config(deployment)).device_ids) == 2


def test_what_a_killed_process_left_half_written_is_swept(deployment: Path) -> None:
    put(deployment)
    folder = deployment.parent / "var/bundles"
    for path in ("~numbering", "files/~0ab", "bundles/~0ab.json"):
        (folder / f"{path}.0123456789abcdef").write_bytes(b"half of it")
    put(deployment)

    assert list(folder.rglob("~*")) == []


def test_what_the_store_has_not_made_is_not_swept(deployment: Path) -> None:
    put(deployment)
    folder = deployment.parent / "var/bundles"
    (folder / "files/~x").mkdir()
    (folder / "files/~x.0123456789abcdef").mkdir()
    (folder / "own").mkdir()
    for path in (
        "~notes",
        "~a.0123456789ABCDEF",
        "~a.0123456789abcdef0",
        "own/~a.0123456789abcdef",
    ):
        (folder / path).write_bytes(b"a person's")
    (folder / "~link.0123456789abcdef").symlink_to(folder / "numbering")
    before = sorted(folder.rglob("~*"))
    put(deployment)

    assert sorted(folder.rglob("~*")) == before


@pytest.mark.skipif(os.geteuid() != 0, reason="only root leaves a linked folder alone")
@pytest.mark.parametrize("trap", ["bundles", "bundles/bundles", "bundles/files"])
def test_root_sweeps_nothing_behind_a_link(deployment: Path, trap: str) -> None:
    """Whoever owns the data would have root delete in any folder of the machine."""
    data, victim = deployment.parent / "var", deployment.parent / "victim"
    (victim / "a/b").mkdir(parents=True)
    precious = [victim / "~a.0123456789abcdef", victim / "a/b/~precious"]
    for path in precious:
        path.write_text("root's")
    (data / trap).parent.mkdir(parents=True)
    (data / trap).symlink_to(victim)

    with suppress(ServiceError):
        put(deployment)
    assert [path.exists() for path in precious] == [True, True]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give files away")
def test_what_root_keeps_belongs_to_whom_the_data_belongs_to(deployment: Path) -> None:
    """`sudo sentinel reload` is followed by services that run as their own user."""
    data = deployment.parent / "var"
    data.mkdir()
    os.chown(data, 65534, 65534)
    put(deployment)

    assert {path.stat().st_uid for path in data.rglob("*")} == {65534}


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give files away")
def test_what_root_keeps_goes_through_no_link(deployment: Path) -> None:
    folder, other = deployment.parent / "var/bundles", deployment.parent / "shadow"
    folder.mkdir(parents=True)
    os.chown(folder.parent, 65534, 65534)
    other.write_text("root's")
    for name in ("lock", "numbering"):
        (folder / name).symlink_to(other)

    with suppress(ServiceError, ConfigurationError):
        put(deployment)
    assert (other.stat().st_uid, other.read_text()) == (0, "root's")


def test_a_bundle_whose_files_are_another_user_s_is_put_anew(
    deployment: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As an earlier version left them under `sudo`: to set a file's time takes its owner."""
    name = put(deployment)
    manifest = deployment.parent / f"var/bundles/bundles/{name}.json"
    before = manifest.stat()

    def refuse(*_of: object, **_how: object) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "utime", refuse)

    assert put(deployment) == name
    assert manifest.stat().st_ino != before.st_ino
    assert manifest.stat().st_mtime_ns >= before.st_mtime_ns


def test_the_bundle_put_last_is_the_newest(deployment: Path, edit: Edit) -> None:
    old = put(deployment)
    edit("rules/flood.yaml", "level >= 3", "level >= 4")
    new = put(deployment)
    edit("rules/flood.yaml", "level >= 4", "level >= 3")

    assert put(deployment) == old
    assert store(deployment).names() == [new, old]
