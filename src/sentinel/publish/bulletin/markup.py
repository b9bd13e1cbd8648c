"""HTML made of elements, so that whatever a text holds it stays a text."""

import re
from xml.etree import ElementTree as ET

Child = ET.Element | str | None
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")


def tag(name: str, /, *children: Child, **attributes: str | float) -> ET.Element:
    """Return an element; None among the children is nothing, `class_` and `for_` lose their dash.

    >>> ET.tostring(tag("td", "1 < 2", class_="number"), encoding="unicode")
    '<td class="number">1 &lt; 2</td>'
    """
    given = {key.rstrip("_").replace("_", "-"): _plain(at) for key, at in attributes.items()}
    element = ET.Element(name, given)
    last: ET.Element | None = None
    for child in children:
        if isinstance(child, str):
            text = _UNFIT.sub("\N{REPLACEMENT CHARACTER}", child)
            if last is None:
                element.text = (element.text or "") + text
            else:
                last.tail = (last.tail or "") + text
        elif child is not None:
            element.append(child)
            last = child
    return element


def page(root: ET.Element) -> str:
    """Return the document."""
    return f"<!doctype html>\n{ET.tostring(root, encoding='unicode', method='html')}\n"


def _plain(value: str | float) -> str:
    return value if isinstance(value, str) else f"{value:.6g}"
