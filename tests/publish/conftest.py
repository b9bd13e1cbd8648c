"""The OASIS schema, where somebody has it: it is not ours to copy."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from lxml import etree

Check = Callable[[bytes], str]
"""Returns what the schema says against a document; empty: nothing."""


@pytest.fixture(scope="session")
def against_schema() -> Check:
    """Hold documents against `CAP-v1.2.xsd`; `SENTINEL_CAP_XSD` says where it is."""
    where = os.environ.get("SENTINEL_CAP_XSD", "")
    if not Path(where).is_file():
        pytest.skip(
            "the OASIS schema of CAP 1.2 is not here: "
            "name the file CAP-v1.2.xsd in the environment variable SENTINEL_CAP_XSD"
        )
    schema = etree.XMLSchema(etree.parse(where))

    def check(document: bytes) -> str:
        schema.validate(etree.fromstring(document))
        return str(schema.error_log)

    return check
