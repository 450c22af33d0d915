"""What an error looks like from outside: problem+json (RFC 9457) under /api, a page elsewhere; no value comes back."""

import http
import logging
import traceback
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from riskscreen.errors import HomeError, RiskscreenError, VaultClosed

from .templates import Frame, render
from .words import CHINESE, ENGLISH, WORDS, say

if TYPE_CHECKING:
    from riskscreen.store import Account

MEDIA = "application/problem+json"
LOG = logging.getLogger("riskscreen.service")


def is_api(request: Request) -> bool:
    """Whether a program asks, and not a browser."""
    return request.url.path == "/api" or request.url.path.startswith("/api/")


def answer(request: Request, error: Exception) -> Response:
    """The answer to an error; what is our own fault goes to the log by its place, never by its message."""
    status = status_of(error)
    if status >= 500:
        log_fault(error)
    if is_api(request):
        return _problem(status, error)
    if status == 401 and request.method in ("GET", "HEAD"):
        return RedirectResponse("/login", 303)
    return _page(request, status)


def status_of(error: Exception) -> int:
    """The one mapping of errors to statuses: our own know theirs."""
    if isinstance(error, HomeError):
        return 503  # whoever asks the service cannot mend its home
    if isinstance(error, RiskscreenError):
        return error.http_status
    if isinstance(error, RequestValidationError):
        return 422
    return error.status_code if isinstance(error, HTTPException) else 500


def log_fault(error: Exception) -> None:
    """The type and the lines of code: messages may hold ids or names."""
    frames = traceback.extract_tb(error.__traceback__)
    places = " < ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in reversed(frames))
    LOG.error("%s at %s", type(error).__name__, places)


def sentence_of(error: Exception, status: int) -> str:
    """One sentence for whoever asks."""
    if isinstance(error, RiskscreenError) and (status < 500 or isinstance(error, VaultClosed)):
        return str(error)
    if isinstance(error, RequestValidationError):
        return "A part of the request is not of the form that the API takes: see `fields`."
    return _words_for(status, "en")


def _words_for(status: int, language: str) -> str:
    key = f"error_{status}" if f"error_{status}" in WORDS else "error_500" if status >= 500 else "error_400"
    return say(language, key)


def _problem(status: int, error: Exception) -> Response:
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": http.HTTPStatus(status).phrase,
        "status": status,
        "detail": sentence_of(error, status),
    }
    if isinstance(error, RequestValidationError):
        body["fields"] = sorted({_declared(one["loc"]) for one in error.errors()})
    headers = {"WWW-Authenticate": "Bearer"} if status == 401 else {}
    return JSONResponse(body, status, headers, media_type=MEDIA)


def _declared(location: tuple[int | str, ...]) -> str:
    """Where in the request: the part and the name of the parameter, which the API gave it."""
    return ".".join(map(str, location[:2]))


def _page(request: Request, status: int) -> Response:
    account: Account | None = getattr(request.state, "account", None)
    frame = Frame.of(request, account)
    other = ENGLISH if frame.language == CHINESE else CHINESE
    frame = replace(frame, other=f"?lang={other}")  # the query that was wrong is not repeated
    return render("error.html", frame, _words_for(status, frame.language), status)
