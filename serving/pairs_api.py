"""The API for programs that decide who is who, below /api/v1. What changes something asks for a token."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from pydantic import BaseModel, Field

from riskscreen.errors import Forbidden
from riskscreen.store import (
    Account,
    Because,
    Decision,
    Judgement,
    Need,
    Pair,
    PairState,
    Store,
    Verdict,
    decide,
    decisions_about,
    one_pair,
    take_back,
)

from .api import PROBLEMS, Problem, asked
from .pair_reading import opened_words, shown_pair, shown_pairs
from .settings import Settings


class ClaimBody(BaseModel):
    """One of the two: the number of the claim, its person's pseudonym today, and the feed that it came from."""

    claim: int
    entity_id: str
    feed: str


class StepBody(BaseModel):
    """What one comparison adds, in bits; the level says how alike the two are, and no word of them."""

    name: str
    level: str
    bits: float


class PairBody(BaseModel):
    """A doubtful pair. `weight` is the sum of the steps; `decision` the number of the one in force about it."""

    number: int
    state: PairState
    version: int = Field(description="of the event store whose link run found it last")
    weight: float
    claims: list[ClaimBody] = Field(min_length=2, max_length=2)
    steps: list[StepBody]
    decision: int | None


class PairsBody(BaseModel):
    """A page of pairs. `next` is the cursor of the page after it, or null on the last."""

    pairs: list[PairBody]
    open: int
    decided: int
    next: int | None


class OpeningBody(BaseModel):
    """Why the vault is to be opened."""

    reason: Need


class WordsBody(BaseModel):
    """What one claim says in plain words; empty where nothing is kept of it."""

    claim: int
    words: dict[str, str]


class JudgementBody(BaseModel):
    """A verdict, and why: `words`, `papers` or `asked`."""

    verdict: Verdict
    reason: Because


class TakingBackBody(BaseModel):
    """Why a decision is taken back: `mistake` or `new_facts`."""

    reason: Because


class DecisionBody(BaseModel):
    """A decision; without a verdict it says that another is taken back."""

    number: int
    claim: int
    other: int
    verdict: Verdict | None
    takes_back: int | None
    by: str
    at: datetime
    reason: Because
    in_force: bool


CONFLICT: dict[int | str, dict[str, object]] = {
    409: {"model": Problem, "description": "Does not go with decisions in force, which are named"}
}
Number = Annotated[int, Path(ge=1, lt=2**31, description="The pair's number")]
State = Annotated[PairState, Query(description="Which pairs: the open ones come by weight, decided ones latest first")]
After = Annotated[int | None, Query(ge=1, lt=2**31, description="`next` of the page before")]


def pairs_api_router(store: Store | None, settings: Settings) -> APIRouter:
    """The routes about pairs; without a store they can be described and not called. Areas do not apply to them."""
    router = APIRouter(prefix="/api/v1", responses=PROBLEMS, tags=["identity"])

    @router.get("/pairs", operation_id="read_pairs")
    def read_pairs(request: Request, state: State = PairState.OPEN, cursor: After = None) -> PairsBody:
        """A page of 50 doubtful pairs of every area, by pseudonym."""
        there, account = asked(store, request)
        page = shown_pairs(there, settings, account, state, cursor)
        counts = {one: page.counts.get(one, 0) for one in PairState}
        return PairsBody(
            pairs=[_body(pair) for pair in page.pairs],
            open=counts[PairState.OPEN],
            decided=counts[PairState.DECIDED],
            next=page.next,
        )

    @router.get("/pairs/{number}", operation_id="read_pair")
    def read_pair(request: Request, number: Number) -> PairBody:
        """One pair with its evidence."""
        there, account = asked(store, request)
        return _body(shown_pair(there, settings, account, number))

    @router.post("/pairs/{number}/openings", operation_id="open_pair")
    def open_pair(request: Request, number: Number, body: OpeningBody) -> list[WordsBody]:
        """What the two claims say in plain words. Each opening is written down: who, as what, why, which."""
        there, account = _may_change(store, request)
        words = opened_words(there, settings, account, one_pair(there, account, number), body.reason)
        return [WordsBody(claim=claim, words=dict(said)) for claim, said in words.items()]

    @router.get("/pairs/{number}/decisions", operation_id="read_decisions")
    def read_decisions(request: Request, number: Number) -> list[DecisionBody]:
        """Every decision about a pair, also those taken back, oldest first."""
        there, account = asked(store, request)
        return [_decision(one) for one in decisions_about(there, account, number)]

    @router.post("/pairs/{number}/decisions", operation_id="decide_pair", status_code=201, responses=CONFLICT)
    def decide_pair(request: Request, number: Number, body: JudgementBody) -> DecisionBody:
        """Decide that the two are one person's, or two people's. It holds from the next link on."""
        there, account = _may_change(store, request)
        return _decision(decide(there, account, number, Judgement(body.verdict, body.reason), settings.now()))

    @router.post("/decisions/{number}/take-back", operation_id="take_back", status_code=201, responses=CONFLICT)
    def undo(request: Request, number: Number, body: TakingBackBody) -> DecisionBody:
        """Take a decision back; its pair is open again."""
        there, account = _may_change(store, request)
        return _decision(take_back(there, account, number, body.reason, settings.now()))

    return router


def _may_change(store: Store | None, request: Request) -> tuple[Store, Account]:
    """A browser sends its session's cookie by itself, a token never: so no other site's page changes anything here."""
    if request.state.session:
        raise Forbidden("Only an API token may do this here: send it as `Authorization: Bearer …`, or use the page.")
    return asked(store, request)


def _body(pair: Pair) -> PairBody:
    found = pair.found
    claims = zip((found.claim, found.other), found.entity_ids, found.feeds, strict=True)
    return PairBody(
        number=pair.number,
        state=pair.state,
        version=pair.version,
        weight=found.weight,
        claims=[ClaimBody(claim=claim, entity_id=entity, feed=feed) for claim, entity, feed in claims],
        steps=[StepBody(name=step.name, level=step.level, bits=step.bits) for step in found.steps],
        decision=pair.decision,
    )


def _decision(one: Decision) -> DecisionBody:
    return DecisionBody(
        number=one.number,
        claim=one.claim,
        other=one.other,
        verdict=one.verdict,
        takes_back=one.takes_back,
        by=one.by,
        at=one.at,
        reason=one.because,
        in_force=one.in_force,
    )
