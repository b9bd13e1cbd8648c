"""SensorThings 1.1, to be read: devices, series and readings in the words of OGC.

A device is a Thing, a metric of it a Datastream, a reading an Observation. The registry is columns,
so a filter over a million devices is a few operations on arrays; every answer is a bounded page.
"""
