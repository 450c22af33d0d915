"""Before every request: who asks. After every response: what the browser may do with it. Closed unless named here."""

import secrets
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from riskscreen.errors import Unauthorized
from riskscreen.store import Account, Action, AuditEvent, Store, see_session, session_account, token_account

from .problems import answer, is_api
from .settings import Settings
from .templates import LANGUAGE_COOKIE
from .words import LANGUAGES

OPEN = frozenset({"/health", "/ready", "/login"})
STATIC = "/static/"
LONGEST = 200  # letters of a cookie or token that are looked at
LARGEST = 64 * 1024  # bytes of a request's body; the log-in form needs under two thousand
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; "
        "base-uri 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
Next = Callable[[Request], Awaitable[Response]]


class Guard:
    """The door of the service: nothing but ``OPEN`` and static files is answered to nobody."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self.store, self.settings = store, settings
        self.written: dict[str, datetime] = {}  # when a session's last request was written down

    async def __call__(self, request: Request, call_next: Next) -> Response:
        """Find out who asks, let the request in, and put the headers on its response."""
        request.state.account, request.state.session = None, ""
        try:
            check_size(request)
            if not is_open(request.url.path):
                request.state.account = await run_in_threadpool(self.account_of, request)
            response = await call_next(request)
        except Exception as error:  # the last place before the server, which would print the message
            response = answer(request, error)
        return _with_headers(request, response)

    def account_of(self, request: Request) -> Account:
        """Who asks, by token or by session. Raises ``Unauthorized``."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme:
            if scheme.lower() != "bearer" or not is_api(request):
                raise Unauthorized("Only an API token opens the API: send it as `Authorization: Bearer …`.")
            return token_account(self.store, token.strip()[:LONGEST], self.settings.now())
        secret = request.cookies.get(session_cookie(request), "")[:LONGEST]
        if not secret:
            raise Unauthorized("Nobody is logged in: log in, or send an API token as `Authorization: Bearer …`.")
        account = session_account(self.store, secret, self.settings.now(), self.settings.timeouts)
        request.state.session = secret
        self._see(secret, account)
        return account

    def _see(self, secret: str, account: Account) -> None:
        """The idle time begins anew; written down at most ten times within it, so that reading stays cheap."""
        now, idle = self.settings.now(), self.settings.timeouts.idle
        if now - self.written.get(secret, now - timedelta(days=1)) < idle / 10:
            return
        self.written = {one: at for one, at in self.written.items() if now - at < idle} | {secret: now}
        event = AuditEvent(now, account.name, Action.SESSION_SEEN, f"account:{account.name}")
        see_session(self.store, secret, event, self.settings.timeouts)


def check_size(request: Request) -> None:
    """Raises ``HTTPException`` for a body that is too large, or that does not say how large it is."""
    if "transfer-encoding" in request.headers:
        raise HTTPException(411)
    said = request.headers.get("content-length", "0")
    if not (said.isascii() and said.isdecimal()):
        raise HTTPException(400)
    if len(said) > 9 or int(said) > LARGEST:
        raise HTTPException(413)


def is_open(path: str) -> bool:
    """Whether a path is answered to nobody in particular."""
    return path in OPEN or path.startswith(STATIC)


def session_cookie(request: Request) -> str:
    """The cookie's name; over https a browser holds it to this host, Secure and the whole path."""
    return "__Host-riskscreen" if request.url.scheme == "https" else "riskscreen"


def form_cookie(request: Request) -> str:
    """The cookie that ties the log-in form to the browser that asked for it."""
    return f"{session_cookie(request)}-form"


def set_cookie(request: Request, response: Response, name: str, value: str) -> None:
    """A cookie that no script reads and no other site sends; it ends with the browser."""
    secure = request.url.scheme == "https"
    response.set_cookie(name, value, path="/", httponly=True, secure=secure, samesite="lax")


def new_form_secret() -> str:
    """What the log-in form's cookie holds."""
    return secrets.token_urlsafe(32)


def _with_headers(request: Request, response: Response) -> Response:
    response.headers.update(HEADERS)
    static = request.url.path.startswith(STATIC)
    response.headers["Cache-Control"] = "public, max-age=3600" if static else "no-store"
    if not static:
        response.headers["Vary"] = "Cookie, Authorization, Accept-Language"
    if request.url.scheme == "https":
        response.headers["Strict-Transport-Security"] = "max-age=31536000"
    asked = request.query_params.get("lang")
    if asked is not None and asked in LANGUAGES and not is_api(request):
        set_cookie(request, response, LANGUAGE_COOKIE, asked)
    return response
