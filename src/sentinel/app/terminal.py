"""Text from outside on a person's terminal."""


def printable(text: str) -> str:
    r"""Return text that a device or a stranger chose, without what would steer a terminal.

    >>> printable("river \x1b[2J at 4 m")
    'river \\x1b[2J at 4 m'
    """
    return "".join(char if char.isprintable() else repr(char)[1:-1] for char in text)
