"""CAP 1.2: from a case to a message that two people answer for."""
