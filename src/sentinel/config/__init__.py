"""One deployment's configuration: loaded, checked, and made into bundles."""

from sentinel.config.bundles import BundleStore
from sentinel.config.gather import Gathered, gather
from sentinel.config.load import load_config, read_config
from sentinel.config.settings import Config

__all__ = ["BundleStore", "Config", "Gathered", "gather", "load_config", "read_config"]
