"""The vocabulary: what the parts of sentinel hand to one another."""
