"""A kind's records as of a day, and what is measured of them."""

from collections.abc import Callable, Mapping

import numpy as np

from riskscreen.declare import RecordSignal
from riskscreen.features.kernel import passes
from riskscreen.features.kernel.plan import How, Measure, Need, Plan, Span
from riskscreen.features.kernel.records import Rows
from riskscreen.features.kernel.strategies import needs, value
from riskscreen.features.kernel.values import Mask, Numbers, Values, Whole, nothing, whole

Ranges = tuple[Whole, Whole, Whole]


class View:
    """Records of one kind in groups as of a day; answers are by group.

    ``bins`` says how old each row of the groups is; ``ranges`` are where each group begins, where the last edge of the
    plan is, and where the day ends. What was measured for more groups (``of``, with the rows in it) is taken over.
    """

    def __init__(
        self, rows: Rows, plan: Plan, as_of: int, bins: Numbers, ranges: Ranges, of: "tuple[View, Whole] | None" = None
    ) -> None:
        self.rows = rows
        self.plan = plan
        self.as_of = as_of
        self.bins = bins
        self.begin, self.recent, self.past = ranges
        self._of = of
        self._measured: dict[Need, Values] = {}

    @classmethod
    def of(cls, rows: Rows, begin: Whole, end: Whole, plan: Plan, as_of: int) -> "View":
        """Records in groups from their rows."""
        of_age = passes.bins_of_ages(plan.edges)
        days = (rows.happened_on, rows.known_on, rows.until)
        bins, recent, past = passes.bins_of_rows(begin, end, *days, as_of, of_age, plan.unseen)
        return cls(rows, plan, as_of, bins, (begin, recent, past))

    def among(self, groups: Whole) -> "View":
        """Some of the groups."""
        ranges = (self.begin[groups], self.recent[groups], self.past[groups])
        return View(self.rows, self.plan, self.as_of, self.bins, ranges, (self, groups))

    def signal(self, signal: RecordSignal) -> Values:
        """A record signal of each group; the plan foresees it."""
        return value(signal, [self._answer(*need) for need in needs(signal)], self.as_of)

    def counted(self, signal: RecordSignal) -> Mask:
        """The groups in which a signal counts some record, known or not."""
        return np.asarray(self._answer(*counted_need(signal)).known)

    def _answer(self, measure: Measure, span: Span) -> Values:
        if (measure, span) not in self._measured and (taken := self._taken((measure, span))):
            self._measured[measure, span] = taken
        if (measure, span) not in self._measured:
            spans = self.plan.spans[measure]
            found = MEASURES[measure.how](self, measure, spans)
            self._measured |= {(measure, of): values for of, values in zip(spans, found, strict=True)}
        return self._measured[measure, span]

    def _taken(self, need: Need) -> Values | None:
        if self._of is None:
            return None
        view, groups = self._of
        found = view._measured.get(need) or view._taken(need)
        return found.take(groups) if found else None

    # What the passes take

    def range_of(self, spans: tuple[Span, ...]) -> tuple[Whole, Whole, Numbers]:
        """The rows of each group in which spans can lie, and the bins of all."""
        bounded = all(span.older is not None for span in spans)
        return (self.recent if bounded else self.begin), self.past, self.bins

    def held(self, measure: Measure) -> Mask:
        """The rows that a measure is of."""
        return self.rows.held(measure.where, measure.column)


def at(values: Values, rows: Whole) -> Values:
    """A column at some rows; not known where there is none (-1)."""
    if not len(values.numbers):
        return nothing(len(rows))
    return Values(values.numbers.take(rows, mode="clip"), rows >= 0, values.words, values.is_day)


def counted_need(signal: RecordSignal) -> Need:
    """What must be measured to know whether a signal counts any record of a group."""
    (measure, span), *_ = needs(signal)
    return Measure("holding" if measure.how == "holding" else "newest", signal.where, "happened_on"), span


def _counts(view: View, measure: Measure, spans: tuple[Span, ...]) -> list[Values]:
    bins = view.plan.bins(spans)
    return [whole(row) for row in passes.counts(*view.range_of(spans), view.held(measure), bins, view.plan.unseen)]


def _totals(view: View, measure: Measure, spans: tuple[Span, ...]) -> list[Values]:
    numbers, bins = _numbers(view, measure), view.plan.bins(spans)
    if numbers.dtype.kind == "f":
        found = passes.totals_in_order(*view.range_of(spans), view.held(measure), numbers, bins)
    else:
        found = passes.totals(*view.range_of(spans), view.held(measure), numbers, bins, view.plan.unseen)
    return [whole(row) for row in found]


def _extremes(view: View, measure: Measure, spans: tuple[Span, ...]) -> list[Values]:
    bins, is_largest = view.plan.bins(spans), measure.how == "largest"
    taken = (*view.range_of(spans), view.held(measure), _numbers(view, measure), bins, view.plan.unseen, is_largest)
    return [Values(row, known) for row, known in zip(*passes.extremes(*taken), strict=True)]


def _distinct(view: View, measure: Measure, spans: tuple[Span, ...]) -> list[Values]:
    assert measure.column is not None, measure
    codes, most = view.rows.codes(measure.column)
    bins = view.plan.bins(spans)
    found = passes.distinct(*view.range_of(spans), view.held(measure), codes, most, bins, view.plan.unseen)
    return [whole(row) for row in found]


def _newest(view: View, measure: Measure, spans: tuple[Span, ...]) -> list[Values]:
    bins = view.plan.bins(spans)
    return _at(view, measure, passes.newest(*view.range_of(spans), view.held(measure), bins, view.plan.unseen))


def _oldest(view: View, measure: Measure, spans: tuple[Span, ...]) -> list[Values]:
    bins = view.plan.bins(spans)
    return _at(view, measure, passes.oldest(*view.range_of(spans), view.held(measure), bins))


def _holding(view: View, measure: Measure, spans: tuple[Span, ...]) -> list[Values]:
    taken = (*view.range_of(spans), view.held(measure), view.rows.ends_on, view.as_of, view.plan.unseen)
    return _at(view, measure, passes.holding(*taken)[None])


def _at(view: View, measure: Measure, rows: Whole) -> list[Values]:
    assert measure.column is not None, measure
    return [at(view.rows.column(measure.column), row) for row in rows]


def _numbers(view: View, measure: Measure) -> Numbers:
    assert measure.column is not None, measure
    return view.rows.column(measure.column).numbers


MEASURES: Mapping[How, Callable[[View, Measure, tuple[Span, ...]], list[Values]]] = {
    "count": _counts,
    "total": _totals,
    "largest": _extremes,
    "smallest": _extremes,
    "distinct": _distinct,
    "newest": _newest,
    "oldest": _oldest,
    "holding": _holding,
}
