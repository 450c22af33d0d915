"""The service: an application over an open store."""

from pathlib import Path
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.utils import get_openapi
from fastapi.responses import JSONResponse
from sqlalchemy import text
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.staticfiles import StaticFiles

from riskscreen import __version__
from riskscreen.errors import HomeError, RiskscreenError
from riskscreen.store import Store

from .api import api_router
from .guard import Guard
from .pages import list_router, login_router
from .pairs import pairs_router
from .pairs_api import pairs_api_router
from .problems import MEDIA, answer
from .settings import Model, Opener, Settings

__all__ = ["Model", "Opener", "Settings", "create_app", "describe"]

STATIC = Path(__file__).parent / "static"
DESCRIPTION = "/api/openapi.json"


def create_app(store: Store, settings: Settings) -> FastAPI:
    """The service over a store: pages, the API, and the door in front of both."""
    app = FastAPI(title="riskscreen", openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False)
    app.include_router(_state_router(store))
    app.include_router(login_router(store, settings))
    app.include_router(list_router(store, settings))
    app.include_router(pairs_router(store, settings))
    app.include_router(api_router(store, settings))
    app.include_router(pairs_api_router(store, settings))
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    app.middleware("http")(Guard(store, settings))
    for kind in (RiskscreenError, RequestValidationError, HTTPException):
        app.add_exception_handler(kind, answer)

    @app.get(DESCRIPTION, include_in_schema=False)
    def description() -> JSONResponse:
        return JSONResponse(describe())

    return app


def describe() -> dict[str, Any]:
    """The API as OpenAPI has it; needs no store."""
    app = FastAPI()
    app.include_router(api_router(None, Settings()))
    app.include_router(pairs_api_router(None, Settings()))
    said: dict[str, Any] = get_openapi(
        title="riskscreen",
        version=__version__,
        summary="Ranked lists of whom to offer help first, with reasons",
        routes=app.routes,
    )
    said["components"]["securitySchemes"] = {
        "token": {"type": "http", "scheme": "bearer"},
        "session": {"type": "apiKey", "in": "cookie", "name": "riskscreen"},
    }
    said["security"] = [{"token": []}, {"session": []}]
    for path in said["paths"].values():
        for operation in path.values():
            for status, response in operation["responses"].items():
                if int(status) >= 400:
                    response["content"] = {MEDIA: response["content"]["application/json"]}
    return said


def _state_router(store: Store) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.get("/health")
    def health() -> dict[str, str]:
        """The process answers."""
        return {"status": "ok"}

    @router.get("/ready")
    def ready() -> Response:
        """The store answers too."""
        try:
            with store.reading() as connection:
                connection.execute(text("SELECT last FROM audit_head"))
        except HomeError:
            return JSONResponse({"status": "the store does not answer"}, 503)
        return JSONResponse({"status": "ok"})

    return router
