"""The bulletin: how a time went, in numbers, on one page; no person is in it."""
