"""What is read where it lies: bodies, topics and plain numbers, against the plain way of each."""

import struct
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from numpy.typing import NDArray

from sentinel.domain.messages import Messages, encode_messages
from sentinel.domain.rows import Row, RowKind
from sentinel.normalise.batch import Batch
from sentinel.normalise.plainjson import PlainJson
from sentinel.normalise.topictable import TopicTable


def _row(number: int, topics: list[str], payloads: list[bytes]) -> Row:
    none = np.arange(len(topics), dtype=np.uint8)
    body = encode_messages(topics, payloads, none, none.astype(np.uint16))
    return Row(
        id=number, received_at=number * 10, kind=RowKind.MESSAGES, count=len(topics), body=body
    )


messages = st.lists(st.tuples(st.text(max_size=40), st.binary(max_size=300)), max_size=20)


@given(rows=st.lists(messages, min_size=1, max_size=5))
@example(rows=[[("a" * 70_000, b"b" * 70_000)], [("c", b"d")] * 70])
def test_a_batch_holds_what_its_rows_held(rows: list[list[tuple[str, bytes]]]) -> None:
    batch = Batch.of_rows(
        [_row(at + 1, [t for t, _ in row], [p for _, p in row]) for at, row in enumerate(rows)]
    )

    every = np.arange(len(batch))
    assert batch.topics_at(every) == [topic for row in rows for topic, _ in row]
    assert batch.payloads_at(every) == [payload for row in rows for _, payload in row]
    sizes = [len(row) for row in rows]
    assert batch.index.tolist() == [at for size in sizes for at in range(size)]
    assert batch.flags.tolist() == batch.index.tolist()
    assert batch.row.tolist() == [at + 1 for at, size in enumerate(sizes) for _ in range(size)]
    assert batch.received.tolist() == (batch.row * 10).tolist()


def test_a_batch_of_one_row_is_that_of_its_messages() -> None:
    row = _row(4, ["a", "b"], [b"1", b"2"])
    none = np.arange(2, dtype=np.uint8)
    one = Messages(
        row=4,
        received_at=40,
        topics=["a", "b"],
        payloads=[b"1", b"2"],
        flags=none,
        packet_ids=none.astype(np.uint16),
    )

    assert Batch.of(one).body == Batch.of_rows([row]).body
    assert Batch.of(one).row.tolist() == [4, 4]


@given(cut=st.integers(0, 40), junk=st.binary(max_size=6))
def test_a_damaged_body_is_refused_or_read_within_its_bounds(cut: int, junk: bytes) -> None:
    body = _row(1, ["a/b", "c/d"], [b'{"v": 1}', b"2"]).body
    damaged = body[:cut] + junk + body[cut + len(junk) + 1 :]
    row = Row(id=1, received_at=0, kind=RowKind.MESSAGES, count=2, body=damaged)

    try:
        batch = Batch.of_rows([row])
    except (msgspec.MsgspecError, ValueError):
        return

    assert (batch.payload <= len(damaged)).all()
    assert (batch.topic <= len(damaged)).all()


def test_a_body_whose_flags_are_too_few_is_refused() -> None:
    body = msgspec.msgpack.encode((["a", "b"], [b"1", b"2"], b"\0", b"\0\0\0\0"))
    row = Row(id=9, received_at=0, kind=RowKind.MESSAGES, count=2, body=body)

    with pytest.raises(ValueError, match="row 9"):
        Batch.of_rows([row])


def _places(texts: list[bytes]) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    ends = np.cumsum(np.array([0, *map(len, texts)], np.int64))
    data = np.frombuffer(b"".join(texts) + b" ", np.uint8)
    return data, np.stack([ends[:-1], ends[1:]], axis=1)


@given(known=st.sets(st.binary(max_size=6), max_size=60), asked=st.lists(st.binary(max_size=6)))
def test_a_table_of_topics_is_a_dictionary(known: set[bytes], asked: list[bytes]) -> None:
    table = TopicTable()
    numbers = {text: number for number, text in enumerate(sorted(known))}
    for text, number in numbers.items():
        table.add(*_places([text]), np.array([number], np.int32))
    texts = [*asked, *known]

    assert table.find(*_places(texts)).tolist() == [numbers.get(text, -1) for text in texts]
    assert len(table) == len(known)


def test_a_table_keeps_its_topics_as_it_grows() -> None:
    table = TopicTable()
    texts = [b"b/d%07d/level" % number for number in range(10_000)]
    for start in range(0, 10_000, 700):
        piece = texts[start : start + 700]
        table.add(*_places(piece), np.arange(start, start + len(piece), dtype=np.int32))

    assert table.find(*_places(texts)).tolist() == list(range(10_000))
    assert table.find(*_places([text + b"x" for text in texts])).max() == -1


def test_topics_of_one_hash_are_told_apart() -> None:
    """Nobody gets at another's sensor by such a name."""
    one, other = b"b/d0026789/level", b"b/d0115009/level"
    table = TopicTable()
    table.add(*_places([one]), np.array([5], np.int32))
    before = table.find(*_places([one, other])).tolist()
    table.add(*_places([other]), np.array([6], np.int32))

    assert len(set(table._slots["hash"][table._slots["number"] >= 0].tolist())) == 1
    assert before == [5, -1]
    assert table.find(*_places([one, other])).tolist() == [5, 6]


EDGES = [
    "0", "-0", "-0.0", "0.0", "00", "01", "1.", ".5", "-", "+", "1e5", "1E5", "1.5e-3", "true",
    "9007199254740991", "9007199254740992", "900719925474099.1", "0.1234567890123456",
    "123456789012345678", "null",
]  # fmt: skip
numbers = st.one_of(
    st.integers().map(str),
    st.integers(-(10**6), 10**6).map(str),
    st.floats().map(repr),
    st.decimals(-1000, 1000, places=3).map(str),
    st.sampled_from(EDGES),
)
spaces = st.sampled_from(["", "", " ", "\n\t"])


@st.composite
def texts(draw: st.DrawFn) -> bytes:
    """JSON with the numbers wanted, among others, and sometimes spoiled."""
    parts = [f'"v":{draw(spaces)}{draw(numbers)}', f'"d"{draw(spaces)}:{{"t": {draw(numbers)}}}']
    others = [f'"z":{draw(numbers)}', '"w": true', '"n":null', '"f":false', '"s": "a b"', '"v": 7']
    parts += draw(
        st.lists(st.sampled_from([*others, '"o": [1]', '"d": {}', '"\\u0076": 1']), max_size=3)
    )
    gap = draw(spaces)
    whole = f"{gap}{{{f'{gap},'.join(draw(st.permutations(parts)))}{gap}}}{gap}"
    at = draw(st.integers(0, len(whole) - 1))
    spoiled = (
        whole[:at] + draw(st.sampled_from(',{}":x 0.')) + whole[at + draw(st.integers(0, 1)) :]
    )
    return draw(st.sampled_from([whole, whole, spoiled])).encode()


@given(payloads=st.lists(texts(), min_size=1, max_size=10))
def test_a_number_read_where_it_lies_is_the_decoders_to_the_bit(payloads: list[bytes]) -> None:
    found, good = PlainJson({("v",): 0, ("d", "t"): 1}).read(*_places(payloads))

    for at in np.flatnonzero(good).tolist():
        root: Any = msgspec.json.decode(payloads[at])
        wanted = struct.pack("<2d", root["v"], root["d"]["t"])
        assert wanted == struct.pack("<2d", *found[:, at])


def test_plain_payloads_are_read_where_they_lie() -> None:
    """Otherwise the test above compares nothing."""
    payloads = [
        b'{"v":5.123,"d":{"t":1781740800000}}',
        b' { "z" : null , "d" : { "k" : "x" , "t" : 1 } , "b": [true',
        b'{"v": -3, "d": {"t": 0}}\n',
        b'{"w": false, "s": "", "v": 0.1, "n": true, "d": {"t": 12.5}}',
    ]  # fmt: skip

    found, good = PlainJson({("v",): 0, ("d", "t"): 1}).read(*_places(payloads))

    assert good.tolist() == [True, False, True, True]
    assert found[:, good].tolist() == [[5.123, -3.0, 0.1], [1781740800000.0, 0.0, 12.5]]
