"""Rendering: each template gets its page, one documented dataclass, and the frame that all pages share."""

import re
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape
from starlette.requests import Request
from starlette.responses import HTMLResponse

from riskscreen.store import Account, Permission, can

from .csrf import form_token
from .words import CHINESE, ENGLISH, LANGUAGES, choose_language, say

FOLDER = Path(__file__).parent / "templates"
PAGES = Environment(
    loader=FileSystemLoader(FOLDER), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
)
DAY = re.compile(r"\d{4}-\d\d-\d\d")
LANGUAGE_COOKIE = "riskscreen_language"


@dataclass(frozen=True)
class Frame:
    """What stands around every page: its language, who is logged in, and the token of the log-out form.

    ``account`` and ``form`` are empty where nobody is logged in; ``other`` is the address in the other language;
    ``decides`` says that the account may see doubtful pairs.
    """

    language: str
    tag: str
    account: str
    form: str
    other: str
    decides: bool

    @classmethod
    def of(cls, request: Request, account: Account | None) -> "Frame":
        """The frame of a request."""
        language = language_of(request)
        there = request.url.include_query_params(lang=ENGLISH if language == CHINESE else CHINESE)
        secret = getattr(request.state, "session", "")
        return cls(
            language=language,
            tag=LANGUAGES[language],
            account=account.name if account else "",
            form=form_token(secret) if secret else "",
            other=f"?{there.query}",
            decides=account is not None and can(account, Permission.DECIDE_IDENTITY),
        )


def language_of(request: Request) -> str:
    """The language that a page is in."""
    asked, kept = request.query_params.get("lang"), request.cookies.get(LANGUAGE_COOKIE)
    return choose_language(asked, kept, request.headers.get("accept-language", ""))


def dated(sentence: str) -> Markup:
    """A sentence with its days marked as such, so that none is broken over two lines.

    >>> dated("1 < 2 (2024-03-01)")
    Markup('1 &lt; 2 (<time>2024-03-01</time>)')
    """
    return Markup(DAY.sub(r"<time>\g<0></time>", str(escape(sentence))))


PAGES.filters["dated"] = dated


def render(template: str, frame: Frame, page: object, status: int = 200) -> HTMLResponse:
    """A page as a response."""
    say_here = partial(say, frame.language)
    return HTMLResponse(PAGES.get_template(template).render(page=page, frame=frame, say=say_here), status)
