"""The API for programs, below /api/v1."""

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from pydantic import BaseModel, Field

from riskscreen.store import Account, ListedEntry, Store
from riskscreen.watchlist import odds_words

from .reading import choose_list, shown_entry, shown_page, write_cursor
from .settings import Settings


class Words(BaseModel):
    """The same words in both languages."""

    en: str
    zh: str


class ReasonBody(BaseModel):
    """One reason: the signal behind it, its theme, and the sentence with number, agency and date."""

    signal: str
    theme: str
    sentence: Words


class EntryBody(BaseModel):
    """One entry: its place, whom it is about by pseudonym, the odds in words, the reasons, what changed."""

    id: str
    position: int
    entity_id: str
    odds: Words
    reasons: list[ReasonBody]
    change: str = Field(description="`first` (there was no list before), `new` or `stayed`")
    position_before: int | None


class ListBody(BaseModel):
    """A page of a list. `next` is the cursor of the page after it, or null on the last."""

    list_id: str
    model: str
    area: str
    as_of: date
    made_at: datetime
    data_up_to: date
    model_version: str
    length: int
    entries: list[EntryBody]
    next: str | None


class Problem(BaseModel):
    """An error as RFC 9457 has it. `fields` names the parts of the request that are wrong, where it is they."""

    type: str
    title: str
    status: int
    detail: str
    fields: list[str] | None = None


SAID = {
    401: "No valid session or token",
    403: "Not open to this account",
    404: "Not there",
    422: "The request is wrong",
    503: "The service cannot answer now",
}
PROBLEMS: dict[int | str, dict[str, object]] = {
    status: {"model": Problem, "description": said} for status, said in SAID.items()
}
ModelName = Annotated[str, Path(max_length=64, pattern="^[a-z][a-z0-9_]*$", description="The model's name")]
AreaCode = Annotated[str | None, Query(max_length=64, description="The area's code; without it the first of yours")]
After = Annotated[str | None, Query(max_length=64, description="`next` of the page before")]
EntryId = Annotated[str, Path(max_length=64, description="`id` of an entry on a list")]


def api_router(store: Store | None, settings: Settings) -> APIRouter:
    """The routes of the API; without a store they can be described and not called."""
    router = APIRouter(prefix="/api/v1", responses=PROBLEMS, tags=["watchlists"])

    @router.get("/watchlists/{model}", operation_id="read_watchlist")
    def read_watchlist(request: Request, model: ModelName, area: AreaCode = None, cursor: After = None) -> ListBody:
        """A page of 50 entries of an area's current list. All pages that follow by cursor are of the same list."""
        there, account = asked(store, request)
        page = shown_page(there, settings, account, choose_list(there, account, model, area), cursor)
        head = page.head
        return ListBody(
            list_id=head.id,
            model=head.model,
            area=head.area,
            as_of=head.as_of,
            made_at=head.made_at,
            data_up_to=head.data_up_to,
            model_version=head.model_version,
            length=head.length,
            entries=[_body(entry) for entry in page.entries],
            next=write_cursor(page.next),
        )

    @router.get("/entries/{id}", operation_id="read_entry")
    def read_one(request: Request, id: EntryId) -> EntryBody:  # noqa: A002 - the name in the address
        """One entry of a published list."""
        there, account = asked(store, request)
        return _body(shown_entry(there, settings, account, id))

    return router


def asked(store: Store | None, request: Request) -> tuple[Store, Account]:
    """The open store and who asks, behind the guard."""
    account = request.state.account
    if store is None or account is None:
        raise RuntimeError("a route was reached without a store, or past the guard")
    return store, account


def _body(entry: ListedEntry) -> EntryBody:
    score = entry.score if entry.odds_known else None
    return EntryBody(
        id=entry.id,
        position=entry.position,
        entity_id=entry.entity_id,
        odds=Words(en=odds_words(score, "en"), zh=odds_words(score, "zh")),
        reasons=[
            ReasonBody(signal=one.signal, theme=one.theme, sentence=Words(en=one.en, zh=one.zh))
            for one in entry.reasons
        ],
        change=entry.came.change.value,
        position_before=entry.came.position_before,
    )
