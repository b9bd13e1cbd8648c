"""Roles and passwords as people give them to a command."""

import getpass
import os
import sys

from sentinel.bundle.areas import parse_areas
from sentinel.config import Config
from sentinel.desk.people.accounts import in_words
from sentinel.document import ConfigurationError, Problems, nearest
from sentinel.domain.area import Level
from sentinel.domain.errors import AccessError
from sentinel.domain.person import EVERYWHERE, Grant, Role

ROLES = "What they may do."


def read_grant(config: Config, role: Role, area: str, department: str, *, known: bool) -> Grant:
    """Return a role for an area; the city's own code means everywhere.

    known: Refuse an area that the registry does not have: nobody would notice that it is none.
    """
    cities, codes = _areas(config)
    if area in cities:
        area = EVERYWHERE
    if known and area != EVERYWHERE and area not in codes:
        hint = nearest(area, codes)
        message = f"the registry has no area {area!r}" + (f"; {hint}" if hint else "")
        raise AccessError(message)
    return Grant(role=role, area=area, department=department)


def read_password(user: str, from_env: str) -> str:
    """Return a password typed twice without being shown, or from the environment.

    Never from the command line, where it would stay in the shell's history and in `ps`.
    """
    if from_env:
        found = os.environ.get(from_env)
        if found is None:
            message = f"--password-env: there is no environment variable {from_env!r}"
            raise AccessError(message)
        return found
    if not sys.stdin.isatty():
        message = "there is no terminal to type a password at; name a variable: `--password-env`"
        raise AccessError(message)
    typed = getpass.getpass(f"password of {user}: ")
    if getpass.getpass("once more: ") != typed:
        message = "the two are not the same; nothing was changed"
        raise AccessError(message)
    return typed


def told(grants: tuple[Grant, ...]) -> str:
    """Return grants for a table."""
    return "\n".join(in_words(grant) for grant in grants) or "nothing"


def as_objects(grants: tuple[Grant, ...]) -> list[dict[str, str]]:
    """Return grants for machines."""
    return [
        {"role": one.role.value, "area": one.area, "department": one.department} for one in grants
    ]


def _areas(config: Config) -> tuple[set[str], set[str]]:
    problems = Problems()
    file = config.registry.areas
    areas = parse_areas(file.read_bytes(), str(file), problems)
    if areas is None:
        raise ConfigurationError(problems)
    cities = {area.code for area in areas if area.level is Level.CITY}
    return cities, {area.code for area in areas}
