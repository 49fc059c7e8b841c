"""The gateway as an ASGI application."""

import asyncio
import logging
import time
from contextlib import AsyncExitStack

from starlette.exceptions import HTTPException
from starlette.types import Receive, Scope, Send

from gigsta_common import context, errors, http
from gigsta_common.clock import Clock, SystemClock
from gigsta_common.context import RequestContext
from gigsta_common.errors import Forbidden, NotFound, Problem
from gigsta_common.security import JwksClient, KeySource, TokenVerifier
from gigsta_common.settings import load
from gigsta_gateway.access_log import AccessLog
from gigsta_gateway.edge import Edge, Reply
from gigsta_gateway.forward import Origin, request_head
from gigsta_gateway.metrics import Metrics
from gigsta_gateway.pages import Pages
from gigsta_gateway.proxy import ClientGone, Exchange, Recipient, StreamEnded
from gigsta_gateway.public import Public
from gigsta_gateway.rates import Rates
from gigsta_gateway.requests import EdgeRequest, linger
from gigsta_gateway.routes import DEVELOPMENT_ROUTES, ROUTES, Route, RouteTable
from gigsta_gateway.services import Services
from gigsta_gateway.settings import GatewaySettings
from gigsta_gateway.tokens import HeldClock, TokenCheck
from gigsta_gateway.upstream import BadUpstreamResponse, Upstream, UpstreamGone
from gigsta_gateway.web import WebClient
from gigsta_gateway.writes import Turn

log = logging.getLogger(__name__)

_HEARTBEAT = 0.1
"""Seconds between two looks at the deadlines of what is under way."""
_CLIENT_LEFT = 499
"""What the log says of a request whose client did not wait for the answer."""
_HEALTH = frozenset({"/health/live", "/health/ready"})
"""Asked by the platform that runs us, directly: no secret is asked for."""
_QUIET = _HEALTH | {"/metrics"}
"""Asked all the time, and so not logged."""
_SMALL_BODY = 64 * 1024


class Gateway:
    def __init__(
        self,
        settings: GatewaySettings,
        *,
        clock: Clock | None = None,
        keys: KeySource | None = None,
        access_log: AccessLog | None = None,
    ) -> None:
        development = settings.environment == "development"
        self._settings = settings
        self._clock = HeldClock(clock or SystemClock())
        self._keys = keys
        self._routes = RouteTable((*ROUTES, *DEVELOPMENT_ROUTES) if development else ROUTES)
        self._origin = Origin.of(settings)
        self._edge = Edge(settings)
        self._rates = Rates(settings)
        self._required = settings.required_secret
        self._public = Public()
        self._log = access_log or AccessLog()
        self._logging = settings.log_level in ("debug", "info")
        self._exchanges: set[Exchange] = set()
        self._stopping = False
        self.turn = Turn()
        self.upstreams = {
            name: Upstream(name, url, self.turn, idle_limit=settings.upstream_idle_limit)
            for name, url in settings.upstreams.items()
        }
        self._metrics = Metrics(self.upstreams, lambda: len(self._exchanges))
        self._web = WebClient(settings.web_dist, settings) if development else None
        self._loop: asyncio.AbstractEventLoop
        self._tokens: TokenCheck
        self._pages: Pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await self._http(scope, receive, send)
        elif scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        else:
            raise RuntimeError(f"The gateway does not speak {scope['type']}.")

    def end_streams(self) -> None:
        """End every event stream from now on: the gateway is about to stop, and they would not end by themselves."""
        self._stopping = True
        for exchange in list(self._exchanges):
            exchange.end_stream()

    # One request.

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = time.perf_counter()
        request = EdgeRequest(scope)
        current = context.enter(request.header(b"x-request-id"), request.header(b"traceparent"))
        reply = Reply(send, current.request_id, self._edge.api, self._edge.cors(request))
        route = self._routes.match(request.path)
        status = 0
        try:
            await self._serve(request, route, current, scope, receive, reply)
        except ClientGone:
            status = reply.status or _CLIENT_LEFT
        except StreamEnded:
            await reply({"type": "http.response.body", "body": b""})
        except (UpstreamGone, BadUpstreamResponse) as error:
            # Returning without an end makes the server close the connection, so that the client sees it is not whole.
            log.warning("an answer broke off", extra={"path": request.path, "error": str(error)})
        except Exception as error:  # noqa: BLE001 -- the last resort
            await self._say(error, request, scope, receive, reply)
        finally:
            self._record(request, route, current, status or reply.status, time.perf_counter() - started)

    async def _serve(
        self,
        request: EdgeRequest,
        route: Route | None,
        current: RequestContext,
        scope: Scope,
        receive: Receive,
        reply: Reply,
    ) -> None:
        request.check()
        if self._required is not None and not request.client(self._required)[1] and request.path not in _HEALTH:
            raise Forbidden("Requests come through our own address only.", code="not_through_the_edge")
        if request.is_preflight:
            await reply({"type": "http.response.start", "status": 204, "headers": self._edge.preflight(request)})
            await reply({"type": "http.response.body", "body": b""})
            return
        if route is None or (self._web is not None and self._pages.takes_over(request.method, request.path)):
            await self._pages.serve(request.path, scope, receive, reply)
            return
        if not request.target.startswith(route.prefix.encode()):
            raise NotFound("There is nothing at this address.")  # the prefix was written in some roundabout way
        authorization = request.read.get(b"authorization")
        if authorization is not None:
            request.user = self._tokens.recall(authorization)
        self._rates.check(request, route, self._loop.time())
        if authorization is not None and request.user is None and route.check_token:
            request.user = await self._tokens.check(authorization)
        if Public.is_everybodys(request, route):
            known = next((value for name, value in request.kept if name == b"if-none-match"), None)
            request.kept = []
            answer = await self._public.get(
                request, route, lambda gathering: self._ask(request, route, current, receive, gathering)
            )
            if answer is not None:
                await answer.give(known, reply)
                return
        await self._ask(request, route, current, receive, reply)

    async def _ask(
        self, request: EdgeRequest, route: Route, current: RequestContext, receive: Receive, reply: Recipient
    ) -> None:
        """Have the service answer."""
        upstream = self.upstreams[route.upstream]
        head = request_head(request, route, upstream, current, self._origin)
        exchange = Exchange(self._loop, request, head, route, upstream, receive, reply)
        self._exchanges.add(exchange)
        try:
            await exchange.run()
        finally:
            self._exchanges.discard(exchange)

    async def _say(self, error: Exception, request: EdgeRequest, scope: Scope, receive: Receive, reply: Reply) -> None:
        """Answer with the problem that `error` is."""
        if isinstance(error, HTTPException):
            error = errors.from_status(error.status_code, str(error.detail), error.headers)
        if not isinstance(error, Problem):
            log.error("an unexpected error", exc_info=error)
            error = Problem("Something went wrong on our side. The request id helps us to find it.")
        if reply.status:
            return
        response = errors.render(error, request.path)
        if not request.has_body or (request.body_size or _SMALL_BODY + 1) <= _SMALL_BODY:
            await response(scope, receive, reply)
            return
        # A client that still sends has to be let finish, within reason, or it does not read the answer.
        headers = [*{**dict(response.raw_headers), b"connection": b"close"}.items()]
        await reply({"type": "http.response.start", "status": response.status_code, "headers": headers})
        await reply({"type": "http.response.body", "body": response.body, "more_body": True})
        await linger(receive)
        await reply({"type": "http.response.body", "body": b""})

    def _record(
        self, request: EdgeRequest, route: Route | None, current: RequestContext, status: int, seconds: float
    ) -> None:
        prefix = route.prefix if route else "(none)"
        self._metrics.observe(request.method, prefix, status, seconds)
        if self._logging and request.path not in _QUIET:
            self._log.add(
                current,
                request.method,
                request.path,
                prefix,
                status,
                seconds,
                route.upstream if route else None,
                request.user.user_id if request.user else None,
            )

    # As long as the process lives.

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        await receive()
        async with AsyncExitStack() as stack:
            await self._start(stack)
            await send({"type": "lifespan.startup.complete"})
            await receive()
        await send({"type": "lifespan.shutdown.complete"})

    async def _start(self, stack: AsyncExitStack) -> None:
        self._loop = asyncio.get_running_loop()
        client = await stack.enter_async_context(http.client())
        settings = self._settings
        keys = self._keys or JwksClient(client, settings.jwks_url)
        self._tokens = TokenCheck(
            TokenVerifier(keys, issuer=settings.token_issuer, audience=settings.token_audience, clock=self._clock)
        )
        services = Services(client, settings.upstreams)
        self._pages = Pages(services, self._metrics, self._edge, self._web)
        stack.callback(self._log.flush)
        for upstream in self.upstreams.values():
            stack.callback(upstream.pool.close)
        heart = asyncio.create_task(self._beat())
        stack.callback(heart.cancel)

    async def _beat(self) -> None:
        """What is done from time to time. It must not end before the gateway does: deadlines hang on it."""
        while True:
            await asyncio.sleep(_HEARTBEAT)
            try:
                self._look_around(self._loop.time())
            except Exception:
                log.exception("an unexpected error")

    def _look_around(self, now: float) -> None:
        self._clock.tick()
        for exchange in list(self._exchanges):
            exchange.patrol(now)
            if self._stopping:
                exchange.end_stream()
        for upstream in self.upstreams.values():
            upstream.pool.prune(now)
        self._log.flush()


def create_app(
    settings: GatewaySettings | None = None,
    *,
    clock: Clock | None = None,
    keys: KeySource | None = None,
    access_log: AccessLog | None = None,
) -> Gateway:
    """The gateway. `clock` and `keys` replace the real ones in tests and where services share a process.

    Raises:
        SettingsError: lists everything that is wrong with the environment.
    """
    return Gateway(settings or load(GatewaySettings), clock=clock, keys=keys, access_log=access_log)
