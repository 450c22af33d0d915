"""The pages of doubtful pairs: the list, and one pair with its evidence, the opening of its words, and the decision."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Path, Query, Request
from starlette.responses import RedirectResponse, Response

from riskscreen.errors import Conflict, VaultClosed
from riskscreen.linkage.queue import Step
from riskscreen.store import (
    TO_DECIDE,
    TO_TAKE_BACK,
    Account,
    Because,
    Decision,
    Judgement,
    Need,
    Pair,
    PairsPage,
    PairState,
    Permission,
    Store,
    Verdict,
    can,
    decide,
    decisions_about,
    one_pair,
    pairs_page,
    take_back,
)
from riskscreen.watchlist import odds_words

from .pages import Choice, check_ours, reference
from .pair_reading import Words, opened_words, shown_pair, shown_pairs
from .pair_words import REASONS, VALUES, step_words, value_order
from .problems import status_of
from .settings import Settings
from .templates import Frame, render
from .waterfall import Bar, bars
from .words import moment, say

HERE = "/pairs"
MOST_SAID = 3  # steps for, and against, that a row of the list tells
HEARD = 0.5  # bits from which a step is worth telling there

Number = Annotated[int, Path(ge=1, lt=2**31)]
FormToken = Annotated[str, Form(max_length=256)]
FormNumber = Annotated[int, Form(ge=1, lt=2**31)]
Said = Annotated[str, Form(max_length=32)]


@dataclass(frozen=True)
class Side:
    """One of the two records: the pseudonym of its person today, and the feed that it came from."""

    reference: str
    feed: str


@dataclass(frozen=True)
class PairRow:
    """One pair: a row on a desk, a card on a phone. ``speaks`` are what speaks most for one person, and against."""

    number: int
    sides: tuple[Side, Side]
    speaks: tuple[tuple[str, str], ...]
    odds: str
    address: str


@dataclass(frozen=True)
class PairListPage:
    """A page of pairs. ``tabs`` choose between those to decide and those decided; ``next`` is empty on the last."""

    title: str
    tabs: tuple[Choice, ...]
    note: str
    rows: tuple[PairRow, ...]
    empty_title: str
    empty: str
    first: str
    next: str


@dataclass(frozen=True)
class StepRow:
    """One step of the waterfall: what was compared, what was found, the bits with their sign, and the bar."""

    name: str
    level: str
    bits: str
    bar: Bar


@dataclass(frozen=True)
class WordRow:
    """What the two records say of one thing, and in words whether it is the same; empty where one says nothing."""

    name: str
    values: tuple[str, str]
    alike: str


@dataclass(frozen=True)
class PairPage:
    """A pair.

    ``wrong`` says what went wrong with what was just tried. ``words`` is empty and ``opened`` false until somebody
    opened the vault for this very response; ``needs`` are the reasons for that, none where the account may not.
    ``decision`` is the number of the one in force, 0 where there is none; ``reasons`` are those to decide, or to take
    it back. ``history`` are all decisions about the pair, in words. ``next`` is the address of another open pair.
    """

    title: str
    here: str
    facts: tuple[str, ...]
    wrong: str
    sides: tuple[Side, Side]
    steps: tuple[StepRow, ...]
    words: tuple[WordRow, ...]
    opened: bool
    needs: tuple[Choice, ...]
    reasons: tuple[Choice, ...]
    decision: int
    history: tuple[str, ...]
    next: str


@dataclass(frozen=True)
class _Tried:
    """What came of a form: words that were opened, or what to say went wrong, and the status of the page."""

    words: Words | None = None
    wrong: str = ""
    numbers: str = ""
    status: int = 200


NOTHING_TRIED = _Tried()
UNREASONED = _Tried(wrong="choose_reason", status=422)


def pairs_router(store: Store, settings: Settings) -> APIRouter:
    """The doubtful pairs, for those who decide about them."""
    router, desk = APIRouter(prefix=HERE, include_in_schema=False), _Desk(store, settings)

    @router.get("")
    def show_pairs(
        request: Request,
        state: Annotated[PairState, Query()] = PairState.OPEN,
        cursor: Annotated[int | None, Query(ge=1, lt=2**31)] = None,
    ) -> Response:
        account: Account = request.state.account
        frame = Frame.of(request, account)
        shown = shown_pairs(store, settings, account, state, cursor)
        return render("pairs.html", frame, list_of_pairs(settings, shown, (state, cursor), frame.language))

    @router.get("/{number}")
    def show_pair(request: Request, number: Number) -> Response:
        return desk.shown(request, number)

    @router.post("/{number}/open")
    def open_words(request: Request, number: Number, reason: Said = "", form: FormToken = "") -> Response:
        check_ours(request, form)
        return desk.opened(request, number, reason)

    @router.post("/{number}/decide")
    def decide_pair(
        request: Request, number: Number, verdict: Said = "", reason: Said = "", form: FormToken = ""
    ) -> Response:
        check_ours(request, form)
        if reason not in TO_DECIDE or verdict not in {*Verdict}:
            return desk.shown(request, number, UNREASONED)
        judged = Judgement(Verdict(verdict), Because(reason))
        return desk.tried(request, number, lambda account: decide(store, account, number, judged, settings.now()))

    @router.post("/{number}/take-back")
    def undo(
        request: Request, number: Number, decision: FormNumber, reason: Said = "", form: FormToken = ""
    ) -> Response:
        check_ours(request, form)
        if reason not in TO_TAKE_BACK:
            return desk.shown(request, number, UNREASONED)
        because = Because(reason)
        return desk.tried(request, number, lambda account: take_back(store, account, decision, because, settings.now()))

    return router


@dataclass(frozen=True)
class _Desk:
    """Where one pair lies: what comes of a form is told on its page."""

    store: Store
    settings: Settings

    def opened(self, request: Request, number: int, reason: str) -> Response:
        """The page with the words of the two, where the reason is one."""
        account: Account = request.state.account
        if reason not in {*Need}:
            return self.shown(request, number, UNREASONED)
        try:
            pair = one_pair(self.store, account, number)
            words = opened_words(self.store, self.settings, account, pair, Need(reason))
        except VaultClosed as error:
            return self.shown(request, number, _Tried(wrong="vault_closed", status=status_of(error)))
        return self.shown(request, number, _Tried(words=words))

    def tried(self, request: Request, number: int, attempt: Callable[[Account], Decision]) -> Response:
        """Back to the pair, whose page says what stands now, or what the attempt does not go with."""
        try:
            attempt(request.state.account)
        except Conflict as error:
            numbers = ", ".join(map(str, error.numbers))
            return self.shown(request, number, _Tried(wrong="contradicts", numbers=numbers, status=status_of(error)))
        return RedirectResponse(f"{HERE}/{number}", 303)

    def shown(self, request: Request, number: int, came: _Tried = NOTHING_TRIED) -> Response:
        """The pair's page."""
        account: Account = request.state.account
        frame = Frame.of(request, account)
        pair = shown_pair(self.store, self.settings, account, number)
        page = page_of_pair(self.settings, pair, decisions_about(self.store, account, number), frame.language)
        whole = replace(
            page,
            wrong=say(frame.language, came.wrong, numbers=came.numbers) if came.wrong else "",
            words=_words(pair, came.words, frame.language) if came.words is not None else (),
            opened=came.words is not None,
            needs=_choices(Need, frame.language) if can(account, Permission.OPEN_VAULT) else (),
            next=self._next(account, number),
        )
        return render("pair.html", frame, whole, came.status)

    def _next(self, account: Account, number: int) -> str:
        others = [one.number for one in pairs_page(self.store, account).pairs if one.number != number]
        return f"{HERE}/{others[0]}" if others else ""


def list_of_pairs(
    settings: Settings, shown: PairsPage, asked: tuple[PairState, int | None], language: str
) -> PairListPage:
    """What the template of the list says of a page of pairs; ``asked`` are its state and its cursor."""
    state, cursor = asked
    decided = state is PairState.DECIDED
    counts = {tab: f"{shown.counts.get(tab, 0):,}" for tab in (PairState.OPEN, PairState.DECIDED)}
    here = f"{HERE}?{urlencode({'state': state.value})}"
    return PairListPage(
        title=say(language, "doubtful_pairs"),
        tabs=tuple(
            Choice(tab.value, say(language, key, count=counts[tab]), tab is state)
            for tab, key in ((PairState.OPEN, "open_count"), (PairState.DECIDED, "decided_count"))
        ),
        note=say(language, "decided_order" if decided else "pairs_order"),
        rows=tuple(_row(settings, pair, language) for pair in shown.pairs),
        empty_title=say(language, "no_pairs_title"),
        empty=say(language, "no_decided" if decided else "no_pairs"),
        first=here if cursor is not None else "",
        next=f"{here}&cursor={shown.next}" if shown.next is not None else "",
    )


def page_of_pair(settings: Settings, pair: Pair, decisions: list[Decision], language: str) -> PairPage:
    """A pair as it stands: nothing opened, nothing tried."""
    in_force = pair.decision or 0
    facts = (say(language, "found_by", version=pair.version),)
    gone = (say(language, "found_no_more"),) if pair.state is PairState.GONE else ()
    return PairPage(
        title=say(language, "pair_title", number=pair.number),
        here=f"{HERE}/{pair.number}",
        facts=facts + gone,
        wrong="",
        sides=_sides(settings, pair, language),
        steps=_steps(pair, language),
        words=(),
        opened=False,
        needs=(),
        reasons=_choices(TO_TAKE_BACK if in_force else TO_DECIDE, language),
        decision=in_force,
        history=tuple(_told(one, settings, language) for one in decisions),
        next="",
    )


def _sides(settings: Settings, pair: Pair, language: str) -> tuple[Side, Side]:
    names, feeds = pair.found.entity_ids, pair.found.feeds
    called = [settings.feeds[feed].of(language) if feed in settings.feeds else feed for feed in feeds]
    return Side(reference(names[0]), called[0]), Side(reference(names[1]), called[1])


def _row(settings: Settings, pair: Pair, language: str) -> PairRow:
    return PairRow(
        number=pair.number,
        sides=_sides(settings, pair, language),
        speaks=(
            *(("for", said) for said in _loudest(pair.found.steps, 1, language)),
            *(("against", said) for said in _loudest(pair.found.steps, -1, language)),
        ),
        odds=_odds(pair.found.weight, language),
        address=f"{HERE}/{pair.number}",
    )


def _loudest(steps: Iterable[Step], sign: int, language: str) -> list[str]:
    """The comparisons that speak most for one person (``sign`` 1), or against it (-1)."""
    told = [step for step in steps if step.level not in NOT_FOUND and step.name != "prior"]
    heard = sorted((step for step in told if step.bits * sign >= HEARD), key=lambda step: -abs(step.bits))
    said = (step_words(step, language) for step in heard[:MOST_SAID])
    return [f"{name}: {level}" for name, level in said]


NOT_FOUND = ("how rare it is", "missing", "people of one home are alike too")  # no finding about these two


def _steps(pair: Pair, language: str) -> tuple[StepRow, ...]:
    steps = pair.found.steps
    drawn = bars([step.bits for step in steps])
    rows = [
        StepRow(*step_words(step, language), _signed(step.bits), bar) for step, bar in zip(steps, drawn, strict=False)
    ]
    such = say(language, "such_pairs", odds=_odds(pair.found.weight, language))
    return (*rows, StepRow(say(language, "sum"), such, _signed(pair.found.weight), drawn[-1]))


def _signed(bits: float) -> str:
    """Bits with their sign, as a true minus where it is one.

    >>> _signed(1.25), _signed(-0.04), _signed(-7.0)
    ('+1.2', '0.0', '−7.0')
    """
    rounded = round(bits, 1)
    return f"{rounded:+.1f}".replace("-", "−") if rounded else "0.0"


def _odds(weight: float, language: str) -> str:
    """The odds that a weight in bits stands for, in words."""
    return odds_words(1 / (1 + 2.0 ** -max(min(weight, 60), -60)), language)


def _words(pair: Pair, words: Words, language: str) -> tuple[WordRow, ...]:
    first, second = (words[claim] for claim in (pair.found.claim, pair.found.other))
    return tuple(
        _word(name, (first.get(name, ""), second.get(name, "")), language) for name in value_order({*first, *second})
    )


def _word(name: str, values: tuple[str, str], language: str) -> WordRow:
    called = VALUES[name].of(language) if name in VALUES else name
    alike = "same_value" if values[0] == values[1] else "other_value"
    as_people_read = {"birth": _as_day, "home": _as_place}.get(name, str)
    shown = as_people_read(values[0]), as_people_read(values[1])
    return WordRow(called, shown, say(language, alike) if all(values) else "")


def _as_place(said: str) -> str:
    """A home as two can be told apart: of a placed one, which is a code, its first letters.

    >>> _as_place("42ccf10dd22f8fb53b40cfa3788f9f7b"), _as_place("12 Mill Lane")
    ('#42cc', '12 Mill Lane')
    """
    return f"#{said[:4]}" if re.fullmatch(r"[0-9a-f]{32}", said) else said


def _as_day(said: str) -> str:
    """A day of birth as people read it; a part that is not known is left open.

    >>> _as_day("19800314"), _as_day("19800300"), _as_day("1980")
    ('1980-03-14', '1980-03-··', '1980')
    """
    if not re.fullmatch(r"[0-9]{8}", said):
        return said
    return "-".join([said[:4], *(part.replace("00", "··") for part in (said[4:6], said[6:]))])


def _choices(codes: Iterable[Because | Need], language: str) -> tuple[Choice, ...]:
    return tuple(Choice(code.value, REASONS[code].of(language), chosen=False) for code in codes)


def _told(one: Decision, settings: Settings, language: str) -> str:
    said = {
        "number": one.number,
        "name": one.by,
        "moment": moment(language, one.at.astimezone(settings.zone)),
        "reason": REASONS[one.because].of(language),
    }
    if one.verdict is None:
        return say(language, "taken_back_so", other=one.takes_back, **said)
    return say(language, "decided_so", verdict=say(language, one.verdict.value), **said)
