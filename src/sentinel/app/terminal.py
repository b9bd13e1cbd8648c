"""Words on a person's terminal, those from outside among them."""


def printable(text: str) -> str:
    r"""Return text that a device or a stranger chose, without what would steer a terminal.

    >>> printable("river \x1b[2J at 4 m")
    'river \\x1b[2J at 4 m'
    """
    return "".join(char if char.isprintable() else repr(char)[1:-1] for char in text)


def counted(count: int, word: str) -> str:
    """Return how many there are of a thing.

    >>> counted(1, "row"), counted(1_200, "row"), counted(2, "city")
    ('1 row', '1,200 rows', '2 cities')
    """
    return f"{count:,} {word if count == 1 else _PLURALS.get(word, word + 's')}"


_PLURALS = {"city": "cities"}
