"""Devices that behave, and devices that lie: storms with ground truth, replays, a load generator.

Nothing here is imported by the product except by the commands that start a simulation; and nothing
here knows how the product judges: it publishes to a broker, as devices do.
"""
