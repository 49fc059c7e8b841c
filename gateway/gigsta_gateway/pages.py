"""What the gateway answers itself: health, metrics, the API's description and, in development, the web client."""

from collections.abc import Awaitable, Callable
from functools import cached_property

import orjson
import prometheus_client as prometheus
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Receive, Scope

from gigsta_common.errors import NotFound
from gigsta_gateway.edge import DOCS, Edge, Reply
from gigsta_gateway.metrics import Metrics
from gigsta_gateway.problems import MethodNotAllowed
from gigsta_gateway.services import Services
from gigsta_gateway.web import WebClient

_DOCS_PAGE = f"""<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <title>GigSta API</title>
    <link rel="stylesheet" href="{DOCS}/swagger-ui.css">
    <link rel="icon" href="{DOCS}/favicon-32x32.png">
  </head>
  <body>
    <div id="docs"></div>
    <script src="{DOCS}/swagger-ui-bundle.js"></script>
    <script src="{DOCS}/start.js"></script>
  </body>
</html>
"""
_DOCS_SCRIPT = """SwaggerUIBundle({
  url: "/api/openapi.json",
  dom_id: "#docs",
  deepLinking: true,
  persistAuthorization: false,
})
"""

TAKEN_OVER = {
    "/api/v1/auth/verify-email": "/verify-email",
    "/api/v1/auth/reset-password": "/reset-password",
    "/api/v1/auth/confirm-email": "/confirm-email",
    "/api/v1/auth/oauth/google/callback": "/oauth/google/callback",
    "/api/v1/auth/oauth/facebook/callback": "/oauth/facebook/callback",
    "/api/v1/bookings/guest": "/guest",
    "/api/v1/bookings/act": "/bookings/mail-link",
    "/api/v1/notifications/unsubscribe": "/unsubscribe",
}
"""Pages of services, linked to in mails, that the web client has in its own way; `web/vercel.rules.json` agrees."""

Page = Callable[[], Awaitable[Response]]


class Pages:
    def __init__(self, services: Services, metrics: Metrics, edge: Edge, web: WebClient | None) -> None:
        """`web` is the web client, if it is to be served."""
        self._services = services
        self._metrics = metrics
        self._edge = edge
        self._web = web
        self._pages: dict[str, Page] = {
            "/health/live": self._live,
            "/health/ready": self._ready,
            "/metrics": self._render_metrics,
            "/api/openapi.json": self._openapi,
            DOCS: self._docs,
            f"{DOCS}/start.js": self._docs_script,
        }

    def takes_over(self, method: str, path: str) -> bool:
        """Whether the web client, where there is one, has this page of a service."""
        web = self._web
        return web is not None and path in TAKEN_OVER and method in ("GET", "HEAD") and web.is_built

    async def serve(self, path: str, scope: Scope, receive: Receive, reply: Reply) -> None:
        """Answer a request for anything that belongs to no service.

        Raises:
            NotFound, MethodNotAllowed
        """
        page = self._pages.get(path)
        if page is not None:
            _only_reading(scope)
            if path.startswith(DOCS):
                reply.headers = self._edge.docs
            response = await page()
            await response(scope, receive, reply)
        elif path.startswith(DOCS + "/"):
            _only_reading(scope)
            reply.headers = self._edge.docs
            await self._docs_files({**scope, "path": path.removeprefix(DOCS)}, receive, reply)
        elif self.takes_over(scope["method"], path):
            query = scope["query_string"].decode("latin-1")
            target = TAKEN_OVER[path] + (f"?{query}" if query else "")
            headers = {"location": target, "cache-control": "no-store"}
            await Response(status_code=303, headers=headers)(scope, receive, reply)
        elif self._web is not None and not path.startswith("/api/") and scope["method"] in ("GET", "HEAD"):
            reply.headers = self._edge.page
            await self._web.serve(path, scope, receive, reply)
        else:
            raise NotFound("There is nothing at this address.")

    @cached_property
    def _docs_files(self) -> StaticFiles:
        """Swagger UI as a package carries it, so that the page needs no other host."""
        return StaticFiles(packages=[("fastapi_swagger", "resources")])

    async def _live(self) -> Response:
        return _json({"status": "live", "checks": {}})

    async def _ready(self) -> Response:
        """The gateway is ready whenever it runs: a service that is away is missing for its own paths only."""
        return _json({"status": "ready", "checks": await self._services.readiness.get()})

    async def _render_metrics(self) -> Response:
        return Response(self._metrics.render(), media_type=prometheus.CONTENT_TYPE_LATEST)

    async def _openapi(self) -> Response:
        return Response(await self._services.openapi.get(), media_type="application/json")

    async def _docs(self) -> Response:
        return Response(_DOCS_PAGE, media_type="text/html")

    async def _docs_script(self) -> Response:
        return Response(_DOCS_SCRIPT, media_type="text/javascript")


def _only_reading(scope: Scope) -> None:
    if scope["method"] not in ("GET", "HEAD"):
        raise MethodNotAllowed("This can only be read.", headers={"Allow": "GET, HEAD"})


def _json(content: object) -> Response:
    return Response(orjson.dumps(content), media_type="application/json")
