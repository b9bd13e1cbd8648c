"""The rows of devices.csv made into devices and sensors by number."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from sentinel.bundle.addresses import AddressBook, AddressColumn
from sentinel.bundle.devices import ADDRESS, OFFSET, DeviceTable, bounds
from sentinel.bundle.metrics import Catalogue
from sentinel.bundle.numbering import Numbering, expand, extend_numbering, is_among, sensor_keys
from sentinel.bundle.table import Fault
from sentinel.domain.area import Area
from sentinel.domain.registry import Registry


class Assembly:
    """The registry on its way: rows of the file become devices by number."""

    def __init__(
        self, catalogue: Catalogue, areas: Sequence[Area], table: DeviceTable, known: Numbering
    ) -> None:
        self._catalogue = catalogue
        self._areas = areas
        self._table = table
        self._known = known
        self._ids = list(dict.fromkeys([*known.device_ids, *table.ids]))
        numbers = dict(zip(self._ids, range(len(self._ids)), strict=True))
        self._numbers = numbers
        self._row_device = self._rows_to_devices()
        self._now = expand(self._row_device, *self._specs())

    def _rows_to_devices(self) -> NDArray[np.int32]:
        rows = self._table.ids
        if self._ids == rows:
            return np.arange(len(rows), dtype=np.int32)
        return np.fromiter(map(self._numbers.__getitem__, rows), np.int32, len(rows))

    def build(self) -> tuple[Registry, Numbering]:
        """Return the registry and its numbering; faults between rows go to the table."""
        numbering = self._numbering()
        sensor_metric = self._current_metrics(numbering)
        table, order = self._table, self._order()
        area_numbers = {area.code: number for number, area in enumerate(self._areas)}
        registry = Registry(
            areas=self._areas,
            area_number=area_numbers,
            area_parent=np.array(
                [area_numbers.get(area.parent, -1) for area in self._areas], np.int32
            ),
            metrics=self._catalogue.metrics,
            metric_number=self._catalogue.numbers,
            device_ids=self._ids,
            device_number=self._numbers,
            device_area=self._by_device(self._area_by_row(), -1),
            device_kind=table.texts("kind", order),
            device_retired=self._retired(),
            attributes={name: table.texts(name, order) for name in table.attributes},
            sensor_device=numbering.sensor_device,
            sensor_metric=sensor_metric,
            sensor_offset=self._offsets(numbering.sensor_device, sensor_metric),
            addresses=self._addresses(),
            kinds=self._catalogue.kinds,
        )
        return registry, numbering

    def _numbering(self) -> Numbering:
        metric_ids = [metric.id for metric in self._catalogue.metrics]
        return extend_numbering(self._known, self._ids, metric_ids, *self._now)

    def _specs(self) -> tuple[NDArray[np.int32], list[tuple[int, ...]]]:
        """By row, which of a list of metrics its device has."""
        kind_codes, kinds = self._table.values("kind")
        own_codes, own = self._table.values("metrics")
        pairs = kind_codes.astype(np.int64) * len(own) + own_codes
        different, specs = np.unique(pairs, return_inverse=True)
        metrics = [
            own[pair % len(own)] or self._catalogue.kinds[kinds[pair // len(own)]].metrics
            for pair in different.tolist()
        ]
        return specs.astype(np.int32), metrics

    def _current_metrics(self, numbering: Numbering) -> NDArray[np.int32]:
        """By sensor the registry's metric, -1 where its device does not measure that any more."""
        devices, metrics = self._now
        now = sensor_keys(devices, metrics)
        numbers = self._catalogue.numbers
        table = np.array([numbers.get(name, -1) for name in numbering.metric_ids], np.int32)
        found = table[numbering.sensor_metric] if len(table) else numbering.sensor_metric
        keys = sensor_keys(numbering.sensor_device, found)
        return np.where((found >= 0) & is_among(keys, now), found, -1).astype(np.int32)

    def _area_by_row(self) -> NDArray[np.int32]:
        codes, values = self._table.values("area")
        return np.array([-1 if v is None else v for v in values], np.int32)[codes]

    def _order(self) -> NDArray[np.int32]:
        """By device its row in the file, -1 if it has none any more."""
        return self._by_device(np.arange(len(self._table.ids), dtype=np.int32), -1)

    def _by_device(self, rows: NDArray[np.int32], empty: int) -> NDArray[np.int32]:
        found = np.full(len(self._ids), empty, np.int32)
        found[self._row_device] = rows
        return found

    def _retired(self) -> NDArray[np.bool_]:
        """Out of service by its row, or no longer in the file at all."""
        codes, values = self._table.values("retired")
        found = np.ones(len(self._ids), np.bool_)
        found[self._row_device] = np.array([bool(value) for value in values], np.bool_)[codes]
        return found

    def _offsets(
        self, sensor_device: NDArray[np.int32], sensor_metric: NDArray[np.int32]
    ) -> NDArray[np.float64]:
        """By sensor; an offset for a metric that its device has not is told."""
        found = np.zeros(len(sensor_device), np.float64)
        for column in self._table.columns:
            if not column.startswith(OFFSET):
                continue
            codes, values = self._table.values(column)
            given = np.array([value is not None for value in values], np.bool_)[codes]
            rows = np.array([value or 0.0 for value in values], np.float64)[codes]
            by_device = np.zeros(len(self._ids), np.float64)
            by_device[self._row_device] = rows
            metric = self._catalogue.numbers[column.removeprefix(OFFSET)]
            chosen = sensor_metric == metric
            found[chosen] = by_device[sensor_device[chosen]]
            self._check_offsets(column, given, sensor_device[chosen])
        return found

    def _check_offsets(
        self, column: str, given: NDArray[np.bool_], devices: NDArray[np.int32]
    ) -> None:
        idle = given & ~np.isin(self._row_device, devices)
        metric = column.removeprefix(OFFSET)
        for row in np.flatnonzero(idle).tolist():
            self._table.tell(row, column, Fault(f"the device has no {metric!r} to offset"))

    def _addresses(self) -> Mapping[str, AddressBook]:
        books: dict[str, AddressBook] = {}
        for name, column in self._table.columns.items():
            if isinstance(column, AddressColumn):
                books[name.removeprefix(ADDRESS)] = self._book(name, column)
        return books

    def _book(self, name: str, column: AddressColumn) -> AddressBook:
        begins, ends = bounds(self._table, "from"), bounds(self._table, "to")
        devices = self._row_device.tolist()
        book, texts = None, column.texts
        if texts is not None:
            book = AddressBook.of_different(texts, devices, begins, ends)
        if book is None:
            book = self._book_by_row(name, column, begins, ends)
        rows = texts if texts is not None else column.spells
        addressed = {device for device, own in zip(devices, rows, strict=True) if own}
        self._check_against_ids(book, name, addressed)
        return book

    def _book_by_row(
        self,
        name: str,
        column: AddressColumn,
        begins: list[int | None],
        ends: list[int | None],
    ) -> AddressBook:
        book = AddressBook()
        for row, spells in enumerate(column.spells):
            device = int(self._row_device[row])
            for address, begin, end in spells:
                always = begin is None and end is None
                window = (begins[row], ends[row]) if always else (begin, end)
                other = book.add((address, *window), device)
                if other >= 0:
                    self._tell_taken(row, name, address, other)
        return book

    def _tell_taken(self, row: int, name: str, address: str, other: int) -> None:
        rule = f"an address means one device at a time; {address!r} is {self._ids[other]!r} too"
        self._table.tell(row, name, Fault(rule))

    def _check_against_ids(self, book: AddressBook, name: str, addressed: set[int]) -> None:
        """A device without an address goes by its id; no other may have that for an address.

        One that is out of service goes by nothing: what was its name may be given on.
        """
        retired = self._retired()
        for address in book.among(self._numbers):
            device = self._numbers[address]
            if device in addressed or retired[device]:
                continue
            others = {spell.device for spell in book[address]} - {device}
            if others:
                row = int(np.flatnonzero(self._row_device == min(others))[0])
                self._tell_taken(row, name, address, device)
