"""Secrets, read from where the configuration says they are."""

import os
from dataclasses import dataclass
from pathlib import Path

from sentinel.domain.errors import ServiceError


@dataclass(frozen=True, slots=True)
class Secret:
    """Where one secret is: in an environment variable, or in a file that holds nothing else.

    name: Its key without `_env` and `_file`, for people.
    """

    name: str
    env: str
    file: Path | None

    def read(self) -> str:
        """Return the secret, without space around it.

        Raises:
            ServiceError: It is not there.
        """
        found = self._from_file(self.file) if self.file else self._from_environment()
        if not found:
            message = f"desk: channels: `{self.name}`: what is there is empty"
            raise ServiceError(message)
        return found

    def _from_environment(self) -> str:
        found = os.environ.get(self.env)
        if found is None:
            message = (
                f"desk: channels: `{self.name}_env`: there is no environment variable "
                f"{self.env!r}; set it for this service"
            )
            raise ServiceError(message)
        return found.strip()

    def _from_file(self, file: Path) -> str:
        try:
            return file.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            message = f"desk: channels: `{self.name}_file`: {str(file)!r} cannot be read: {error}"
            raise ServiceError(message) from error
