"""From findings to early warnings, cases and orders, and what people and clocks do to them; pure.

`warning` folds findings. `opening` says what comes of a warning that is told, changes or ends, and
of a case that somebody reports; `handling` does the acts of people; `escalate` is what clocks do;
`quiet` wakes what a silence kept back. Each returns a `Done`: all that one transaction writes, the
same at every desk and in every replay. On the way out `together` gathers the notices of folded
cases, `summary` those that are late, `rate` those that are too many, and `contacts` addresses them.
"""
