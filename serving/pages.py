"""The pages for people: log-in and the list, each from one documented dataclass."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Path, Query, Request
from starlette.responses import RedirectResponse, Response

from riskscreen.declare import Area, Called, Text
from riskscreen.errors import Forbidden, NotFound, TooManyAttempts, Unauthorized
from riskscreen.store import (
    Account,
    Action,
    AuditEvent,
    Case,
    Change,
    Left,
    ListedEntry,
    Page,
    Permission,
    Store,
    areas_seen,
    can,
    check_may,
    check_password,
    close_case,
    current_lists,
    end_session,
    open_case,
    start_session,
)
from riskscreen.watchlist import odds_words

from .csrf import form_token, is_ours
from .guard import LONGEST, form_cookie, new_form_secret, session_cookie, set_cookie
from .problems import status_of
from .reading import Shown, choose_list, shown_list, write_cursor
from .settings import Model, Settings
from .templates import Frame, language_of, render
from .words import day, moment, say

BASELINE = "baseline:"
ANYBODY = Called(Text("Person", "人员"), Text("People", "人员"))  # of a model that the deployment no longer has


@dataclass(frozen=True)
class LoginPage:
    """The log-in form: its hidden token, and what went wrong the last time (empty where nothing did)."""

    form: str
    wrong: str


@dataclass(frozen=True)
class Choice:
    """One of several: its value in an address, how people call it, and whether it is the one shown."""

    value: str
    label: str
    chosen: bool


@dataclass(frozen=True)
class Row:
    """One entry: a row on a desk, a card on a phone.

    ``change`` is the badge's words and ``kind`` its look (``first``, ``new``, ``stayed``); ``moved`` says the place
    before, and ``arrow`` shows it. ``odds`` is empty where they are not said, and ``like`` then says why. ``taken``
    says who has taken it on; where nobody has, and this account may, ``entry`` is the id to take on.
    """

    position: int
    who: str
    reference: str
    odds: str
    like: str
    change: str
    kind: str
    arrow: str
    moved: str
    reasons: tuple[str, ...]
    entry: str
    taken: str


@dataclass(frozen=True)
class Gone:
    """Somebody who stood on the list before and no longer does: the place held there, and why, in words."""

    who: str
    reference: str
    before: str
    why: str


@dataclass(frozen=True)
class OpenCase:
    """Somebody taken on: since when and by whom, in words; ``id`` is what to close, 0 where this account may not."""

    id: int
    who: str
    reference: str
    since: str


@dataclass(frozen=True)
class ListPage:
    """A page of a list.

    ``facts`` say of which area and day it is, from what, when and by what it was made, and how many are here; there are
    none where no list was published. ``gone`` is who left since the list before, ``cases`` whom somebody has taken on,
    both on the first page only. ``first`` and ``next`` are addresses of other pages, empty where there is none.
    """

    title: str
    models: tuple[Choice, ...]
    areas: tuple[Choice, ...]
    here: str
    facts: tuple[str, ...]
    rows: tuple[Row, ...]
    gone: tuple[Gone, ...]
    cases: tuple[OpenCase, ...]
    empty_title: str
    empty: str
    first: str
    next: str


# Log-in


def login_router(store: Store, settings: Settings) -> APIRouter:
    """Log-in and log-out."""
    router = APIRouter(include_in_schema=False)

    @router.get("/login")
    def show_login(request: Request) -> Response:
        return _login_page(request, "", 200)

    @router.post("/login")
    def log_in(
        request: Request,
        name: Annotated[str, Form(max_length=256)] = "",
        password: Annotated[str, Form(max_length=1024)] = "",
        form: Annotated[str, Form(max_length=256)] = "",
    ) -> Response:
        if not is_ours(request.cookies.get(form_cookie(request), "")[:LONGEST], form):
            return _login_page(request, "form_expired", 403)
        now = settings.now()
        tried = AuditEvent(now, "nobody", Action.LOG_IN_TRIED, "log_in")
        try:
            account = check_password(store, name, password, tried, settings.throttle)
        except Unauthorized as error:
            late = isinstance(error, TooManyAttempts)
            return _login_page(request, "error_429" if late else "wrong_password", status_of(error))
        started = AuditEvent(now, account.name, Action.SESSION_STARTED, f"account:{account.name}")
        response = RedirectResponse("/", 303)
        set_cookie(
            request, response, session_cookie(request), start_session(store, account.name, started, settings.timeouts)
        )
        response.delete_cookie(form_cookie(request), path="/", secure=request.url.scheme == "https", httponly=True)
        return response

    @router.post("/logout")
    def log_out(request: Request, form: Annotated[str, Form(max_length=256)] = "") -> Response:
        secret, account = request.state.session, request.state.account
        check_ours(request, form)
        end_session(
            store, secret, AuditEvent(settings.now(), account.name, Action.SESSION_ENDED, f"account:{account.name}")
        )
        response = RedirectResponse("/login", 303)
        response.delete_cookie(session_cookie(request), path="/", secure=request.url.scheme == "https", httponly=True)
        return response

    return router


def _login_page(request: Request, wrong: str, status: int) -> Response:
    frame = Frame.of(request, None)
    secret = request.cookies.get(form_cookie(request), "")[:LONGEST] or new_form_secret()
    page = LoginPage(form_token(secret), say(frame.language, wrong) if wrong else "")
    response = render("login.html", frame, page, status)
    set_cookie(request, response, form_cookie(request), secret)
    return response


# Lists


def list_router(store: Store, settings: Settings) -> APIRouter:
    """The lists."""
    router = APIRouter(include_in_schema=False)

    @router.get("/")
    def start(request: Request) -> Response:
        account: Account = request.state.account
        if can(account, Permission.DECIDE_IDENTITY) and not can(account, Permission.SEE_ENTRIES):
            return RedirectResponse("/pairs", 303)
        check_may(account, Permission.SEE_ENTRIES)
        known = [*dict.fromkeys(head.model for head in current_lists(store, account)), *settings.models]
        if known:
            return RedirectResponse(f"/lists/{known[0]}", 303)
        return render("list.html", Frame.of(request, account), _nothing(store, settings, request, ""))

    @router.get("/lists/{model}")
    def show_list(
        request: Request,
        model: Annotated[str, Path(max_length=64, pattern="^[a-z][a-z0-9_]*$")],
        area: Annotated[str | None, Query(max_length=64)] = None,
        cursor: Annotated[str | None, Query(max_length=64)] = None,
    ) -> Response:
        account: Account = request.state.account
        frame = Frame.of(request, account)
        try:
            head = choose_list(store, account, model, area or None)
        except NotFound:
            if model not in settings.models:
                raise
            return render("list.html", frame, _nothing(store, settings, request, model))
        shown = shown_list(store, settings, account, head, cursor)
        return render("list.html", frame, list_page(store, settings, account, shown, frame.language))

    @router.post("/cases")
    def take_on(
        request: Request,
        entry: Annotated[str, Form(max_length=64)] = "",
        form: Annotated[str, Form(max_length=256)] = "",
    ) -> Response:
        check_ours(request, form)
        return _to_list(open_case(store, request.state.account, entry, settings.now()))

    @router.post("/cases/{number}/close")
    def close(
        request: Request,
        number: Annotated[int, Path(ge=1, lt=2**31)],
        form: Annotated[str, Form(max_length=256)] = "",
    ) -> Response:
        check_ours(request, form)
        return _to_list(close_case(store, request.state.account, number, settings.now()))

    return router


def check_ours(request: Request, form: str) -> None:
    """Raises ``Forbidden`` for a form that came from no page of this session."""
    if not is_ours(request.state.session, form):
        raise Forbidden("This form is too old: go back to the list, and try again.")


def _to_list(case: Case) -> Response:
    return RedirectResponse(f"/lists/{case.model}?{urlencode({'area': case.area})}", 303)


def list_page(store: Store, settings: Settings, account: Account, shown: Shown, language: str) -> ListPage:
    """What the template of the list says of a page and of what stands around it."""
    page = shown.page
    head, known = page.head, settings.models.get(page.head.model)
    may = can(account, Permission.TAKE_CASES)
    taken = {case.entity_id: case.opened_by for case in shown.cases}
    areas = areas_seen(store, account)
    here = f"/lists/{head.model}"
    following = write_cursor(page.next)
    listed = {one.area for one in current_lists(store, account, head.model)}
    return ListPage(
        title=_title(known, language) if known else head.model,
        models=_models(store, settings, account, head.model, language),
        areas=_choices([area for area in areas if area.code in listed], head.area, language),
        here=here,
        facts=_facts(page, settings, _area_label(areas, head.area, language), language),
        rows=tuple(_row(entry, known, language, (may, taken.get(entry.entity_id, ""))) for entry in page.entries),
        gone=tuple(_gone(one, known, language) for one in shown.gone),
        cases=tuple(_case(case, known, language, settings, may) for case in shown.cases if shown.first),
        empty_title=say(language, "empty_title"),
        empty=say(language, "empty"),
        first=f"{here}?{urlencode({'area': head.area})}" if page.entries and page.entries[0].position > 1 else "",
        next=f"{here}?{urlencode({'area': head.area, 'cursor': following})}" if following else "",
    )


def _facts(page: Page, settings: Settings, area: str, language: str) -> tuple[str, ...]:
    head, known = page.head, settings.models.get(page.head.model)
    said = (
        area,
        *([known.label.of(language)] if known else []),
        say(language, "as_of", day=day(language, head.as_of)),
        say(language, "data_up_to", day=day(language, head.data_up_to)),
        say(language, "made", moment=moment(language, head.made_at.astimezone(settings.zone))),
        _made_by(head.model_version, language),
    )
    if not page.entries:
        return said
    first, last = page.entries[0].position, page.entries[-1].position
    if last - first + 1 == head.length:
        return (*said, say(language, "count", count=f"{head.length:,}"))
    return (*said, say(language, "count_here", count=f"{head.length:,}", first=first, last=last))


def _nothing(store: Store, settings: Settings, request: Request, model: str) -> ListPage:
    """The page of a model without a published list."""
    language, account = language_of(request), request.state.account
    known = settings.models.get(model)
    return ListPage(
        title=_title(known, language) if known else say(language, "visit_list"),
        models=_models(store, settings, account, model, language),
        areas=(),
        here=f"/lists/{model}",
        facts=(),
        rows=(),
        gone=(),
        cases=(),
        empty_title=say(language, "unpublished_title"),
        empty=say(language, "unpublished"),
        first="",
        next="",
    )


def _row(entry: ListedEntry, model: Model | None, language: str, taking: tuple[bool, str]) -> Row:
    may, taken_by = taking
    said = entry.odds_known and entry.score is not None
    like = say(language, "like_these", many=_called(model).many.of(language).lower())
    arrow, moved = _moved(entry, language)
    return Row(
        position=entry.position,
        who=_called(model).one.of(language),
        reference=reference(entry.entity_id),
        odds=odds_words(entry.score, language) if said else "",
        like=like if said else say(language, "few_known") if entry.abstained else "",
        change=say(language, entry.came.change.value),
        kind=entry.came.change.value,
        arrow=arrow,
        moved=moved,
        reasons=tuple(reason.of(language) for reason in entry.reasons),
        entry=entry.id if may and not taken_by else "",
        taken=say(language, "taken_by", name=taken_by) if taken_by else "",
    )


def _case(case: Case, model: Model | None, language: str, settings: Settings, may: bool) -> OpenCase:
    since = day(language, case.opened_at.astimezone(settings.zone).date())
    return OpenCase(
        id=case.id if may else 0,
        who=_called(model).one.of(language),
        reference=reference(case.entity_id),
        since=say(language, "taken_since", day=since, name=case.opened_by),
    )


def _gone(left: Left, model: Model | None, language: str) -> Gone:
    return Gone(
        who=_called(model).one.of(language),
        reference=reference(left.entity_id),
        before=say(language, "stood", before=left.position_before),
        why=say(language, left.because.value),
    )


def _called(model: Model | None) -> Called:
    return model.called if model is not None else ANYBODY


def _title(model: Model, language: str) -> str:
    return say(language, "visits_to", many=model.called.many.of(language).lower())


def reference(entity_id: str) -> str:
    """A pseudonym in groups of four, as people read it to each other."""
    return " ".join(entity_id[start : start + 4] for start in range(0, len(entity_id), 4))


def _moved(entry: ListedEntry, language: str) -> tuple[str, str]:
    before = entry.came.position_before
    if before is None or entry.came.change is not Change.STAYED:
        return "", ""
    if before == entry.position:
        return "=", say(language, "same_place")
    rose = before > entry.position
    return ("▲", say(language, "rose", before=before)) if rose else ("▼", say(language, "fell", before=before))


def _made_by(version: str, language: str) -> str:
    if version.startswith(BASELINE):
        return say(language, "by_baseline", version=version.removeprefix(BASELINE).replace("_", " "))
    return say(language, "by_version", version=version)


def _models(store: Store, settings: Settings, account: Account, chosen: str, language: str) -> tuple[Choice, ...]:
    if not can(account, Permission.SEE_ENTRIES):
        return ()
    names = [*dict.fromkeys([*settings.models, *(head.model for head in current_lists(store, account))])]
    labels = {name: model.called.many.of(language) for name, model in settings.models.items()}
    return tuple(Choice(name, labels.get(name, name), name == chosen) for name in names)


def _choices(areas: Iterable[Area], chosen: str, language: str) -> tuple[Choice, ...]:
    return tuple(Choice(area.code, area.label.of(language), area.code == chosen) for area in areas)


def _area_label(areas: Iterable[Area], code: str, language: str) -> str:
    return next((area.label.of(language) for area in areas if area.code == code), code)
