"""Composition: settings in, running services out. Here, and only here, the parts meet."""
