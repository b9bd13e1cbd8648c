"""Early warning for a city from its sensors, and every warning seen through to its end.

The journey of one reading. A gauge under a bridge publishes `{"v": 3.42}`. The *listener*
(`ingest`) takes it from the broker with whatever else has come, appends it all to the *journal* as
one row, waits for the disk, and only then acknowledges. From there on nothing can be lost, and
everybody else is a reader of the journal with a cursor of their own.

*Detect* (`flow.detect`, the page to read first) hands slices of rows on. A *format* (`normalise`)
says what the bytes mean: which device, which metric, which unit; what it cannot say becomes a
*rejection* with a reason, and is kept. Readings travel in columns (`domain.readings`). They go to
the shard that owns the gauge; its *engine* (`detect.engine`) grades them, keeps the windows that
the analysts' rules ask for, and judges each rule: is this blue, yellow, orange, red, or can nobody
tell? What changes is a *finding* (`domain.finding`), with the values that decided it. Findings go
to a journal of their own.

*Record* (`flow.record`) reads the same journal, grades the same readings, and keeps them in the
*store*, however long that was down. The *desk* folds findings into *early warnings* (`warn`), each
with an order that a person accepts: on the page (`console`) or in a terminal (`cli`).

Registry, formats, rules and models that belong together are a *bundle*; a change of them is a row
in the journal, so that old rows are always judged by the rules of their day. The same journal gives
the same findings, to the bit, at any speed.

Idea, and where to find it: durable before acknowledged, `ingest.listener`; a restart passes over
what was seen, `flow.progress` and `flow.checkpoint`; three-valued truth, `detect.engine.condition`;
every problem at once with its place, `document`; who may import whom, `pyproject.toml`.
"""
