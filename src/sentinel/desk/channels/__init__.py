"""The ways out: each takes a message to one address and returns only when the other side has it.

`open.open_channels` makes them from their settings; this package itself imports none of them, so
that reading a configuration does not wait for Apprise.
"""
