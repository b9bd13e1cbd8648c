"""Who a message is from: an address in a format, at a time, to a device; and its sensors."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sentinel.domain.registry import Address, Registry
from sentinel.domain.rejection import Reason
from sentinel.normalise.failure import Failure, shown


class Addresses:
    """The addresses of one registry."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._addressed = {
            name: {spell.device for spells in known.values() for spell in spells}
            for name, known in registry.addresses.items()
        }

    def device(self, format_name: str, address: str, time: int) -> int | Failure:
        """Return the number of the device that had the address at `time`."""
        spells = self.spells(format_name, address)
        for spell in spells:
            if _holds(spell, time):
                return self._in_use(spell.device)
        if spells:
            found = f"the address {shown(address)} belonged to no device at that time"
        else:
            found = f"no device has the address {shown(address)} in format {format_name!r}"
        return Failure(Reason.UNKNOWN_DEVICE, found)

    def spells(self, format_name: str, address: str) -> Sequence[Address]:
        """Return who had the address when; a device without one is addressed by its id."""
        spells = self._registry.addresses.get(format_name, {}).get(address)
        if spells is not None:
            return spells
        number = self._registry.device_number.get(address)
        if number is None or number in self._addressed.get(format_name, ()):
            return ()
        return (Address(device=number),)

    def sole(self, format_name: str, address: str) -> tuple[int, int | None, int | None] | None:
        """Return the only device that ever had the address, since when and until when it did."""
        if format_name not in self._registry.addresses:
            number = self._registry.device_number.get(address)
            return None if number is None else (number, None, None)
        spells = self.spells(format_name, address)
        if len(spells) != 1:
            return None
        return spells[0].device, spells[0].valid_from, spells[0].valid_to

    def sensors_of(self, device: int) -> NDArray[np.int32]:
        """Return the numbers of the device's sensors."""
        ends = np.searchsorted(self._registry.sensor_keys, [device << 20, (device + 1) << 20])
        return self._registry.sensor_order[ends[0] : ends[1]]

    def _in_use(self, device: int) -> int | Failure:
        if self._registry.device_retired[device]:
            name = self._registry.device_ids[device]
            return Failure(Reason.UNKNOWN_DEVICE, f"device {name!r} is retired")
        return device


def _holds(spell: Address, time: int) -> bool:
    """The day of a change belongs to the newcomer."""
    begun = spell.valid_from is None or spell.valid_from <= time
    return begun and (spell.valid_to is None or time < spell.valid_to)
