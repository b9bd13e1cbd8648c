"""What sentinel must be able to carry, measured: each figure a ratio within one run."""
