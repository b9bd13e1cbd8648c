"""People and machines: who they are, how they get in, what is kept for them."""
