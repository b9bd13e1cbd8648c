"""Bytes of a file as text: UTF-8, or a plain word on what they are instead."""

from sentinel.document.node import Place
from sentinel.document.problems import Problems

_MARKS = {
    b"PK\x03\x04": "an Excel workbook or another archive: save it as CSV UTF-8",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook: save it as CSV UTF-8",
    b"\xff\xfe": "UTF-16: save it as UTF-8",
    b"\xfe\xff": "UTF-16: save it as UTF-8",
}


def decode_text(data: bytes, file: str, problems: Problems) -> str | None:
    """Return the text, without a byte order mark; None and a problem if it is not UTF-8."""
    for mark, what in _MARKS.items():
        if data.startswith(mark):
            problems.add(Place(file), "", f"must be a UTF-8 text; this looks like {what}")
            return None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        column = error.start - data.rfind(b"\n", 0, error.start)
        place = Place(file, line, column)
        problems.add(place, "", f"must be a UTF-8 text; {_guess(data, error)}")
        return None


def _guess(data: bytes, error: UnicodeDecodeError) -> str:
    try:
        data.decode("gb18030")
    except UnicodeDecodeError:
        return f"got the byte {data[error.start]:#04x}"
    return "this looks like GBK: in Excel, save it as 'CSV UTF-8'"
