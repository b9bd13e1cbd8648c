"""Every bundle that ever was in force, kept by its hash."""

import fcntl
import json
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

from sentinel.bundle import Bundle
from sentinel.bundle.compile import (
    SENSORS,
    Compiled,
    blob_hash,
    bundle_hash,
    compile_bundle,
)  # fmt: skip
from sentinel.config.models import compile_whole
from sentinel.disk.whole import is_renewed, make_folder, put_whole, sweep
from sentinel.document import ConfigurationError
from sentinel.domain.errors import ServiceError

_REMEMBERED = 3
_HASH = re.compile(r"[0-9a-f]{32,40}\Z")


class BundleStore:
    """A folder of bundles; safe with other processes on the same folder.

    Files are kept once each, by the hash of their content, and a bundle is a list of them. The
    numbering of sensors goes from bundle to bundle, so that no number ever means two sensors.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._loaded: dict[str, Bundle] = {}
        self._lock = Lock()

    def add(self, files: Mapping[str, bytes], names: Mapping[str, str]) -> Compiled:
        """Compile the files with the numbering kept here, and keep them if they are good.

        A bundle with errors leaves the folder as it was. Waits for others who do the same.
        """
        with self._alone():
            sweep(self._directory, (".", "bundles", "files"))  # who writes is alone here
            compiled = self.check(files, names)
            if compiled.bundle is not None:
                self.save(compiled.files)
                self._put(self._directory / "numbering", compiled.files[SENSORS])
                self._remember(compiled.bundle)
        return compiled

    def check(self, files: Mapping[str, bytes], names: Mapping[str, str]) -> Compiled:
        """Compile the files with the numbering kept here, and keep nothing."""
        known = self._directory / "numbering"
        numbering = {SENSORS: known.read_bytes()} if known.exists() else {}
        return compile_whole({**files, **numbering}, names)

    def save(self, files: Mapping[str, bytes]) -> str:
        """Keep the files, durable on return, and return the bundle's hash."""
        manifest = {path: blob_hash(data) for path, data in sorted(files.items())}
        for path, data in files.items():
            blob = self._blob(manifest[path])
            if not os.access(blob, os.R_OK):
                self._put(blob, data)
        name = bundle_hash(files)
        self._put(self._manifest(name), json.dumps(manifest, indent=1).encode())
        return name

    def files(self, name: str) -> dict[str, bytes]:
        """Return the files of a bundle.

        Raises:
            ServiceError: It is not here, or not whole.
        """
        try:
            manifest: dict[str, str] = json.loads(self._manifest(name).read_bytes())
            files = {path: self._blob(blob).read_bytes() for path, blob in manifest.items()}
        except (OSError, ValueError) as error:
            message = f"{self._directory}: bundle {name!r} is not kept here: {error}"
            raise ServiceError(message) from error
        if bundle_hash(files) != name:
            message = f"{self._directory}: bundle {name!r} is damaged: its files have changed"
            raise ServiceError(message)
        return files

    def load(self, name: str) -> Bundle:
        """Return the bundle, compiled; quick when asked again.

        Raises:
            ServiceError: It is not here, or not whole.
            ConfigurationError: It is of a version whose rules this one does not read.
        """
        with self._lock:
            if name not in self._loaded:
                bundle, problems = compile_bundle(self.files(name))
                if bundle is None:
                    raise ConfigurationError(problems)
                self._remember(bundle)
            return self._loaded[name]

    def _remember(self, bundle: Bundle) -> None:
        """A registry of a million devices is large; one switch needs two bundles."""
        self._loaded[bundle.hash] = bundle
        while len(self._loaded) > _REMEMBERED:
            del self._loaded[next(iter(self._loaded))]

    def names(self) -> list[str]:
        """Return the hashes of all bundles kept here, the oldest first."""
        folder = self._directory / "bundles"
        found = sorted(folder.glob("*.json"), key=lambda path: path.stat().st_mtime_ns)
        return [path.stem for path in found]

    def _manifest(self, name: str) -> Path:
        return self._directory / "bundles" / f"{_checked(name)}.json"

    def _blob(self, name: str) -> Path:
        return self._directory / "files" / _checked(name)

    def _put(self, path: Path, data: bytes) -> None:
        """Put a file in place at once and whole; the disk has it when this returns.

        The same once more takes no room, so that a full disk lets a deployment start again.
        """
        if not is_renewed(path, data):  # the newest is told by its time
            put_whole(self._directory, str(path.relative_to(self._directory)), data)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Hold the folder itself: a file made to be locked would belong to whoever came first."""
        make_folder(self._directory)
        handle = os.open(self._directory, os.O_RDONLY | os.O_DIRECTORY)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)


def _checked(name: str) -> str:
    if not _HASH.match(name):
        message = f"a bundle is named by its hash; got {name!r}"
        raise ServiceError(message)
    return name
