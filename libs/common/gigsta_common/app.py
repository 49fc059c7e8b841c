"""`create_service()`: everything a GigSta service is before it does anything of its own."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

import httpx2
import prometheus_client as prometheus
from fastapi import APIRouter, FastAPI
from pymongo.errors import PyMongoError
from starlette.middleware.body_limit import RequestBodyLimitMiddleware

from gigsta_common import errors, health, http, mongo, parked, tasks
from gigsta_common.clock import Clock, SystemClock
from gigsta_common.described import DescribedApp
from gigsta_common.events import Envelope
from gigsta_common.messaging import Bus, Handlers, InProcessBus, Outbox, RabbitBus, Relay, Subscription
from gigsta_common.middleware import RequestMiddleware
from gigsta_common.replay import ReadModel, Source
from gigsta_common.security import JwksClient, KeySource, TokenVerifier
from gigsta_common.settings import ServiceSettings, load

log = logging.getLogger(__name__)

C = TypeVar("C")
S = TypeVar("S", bound=ServiceSettings)
S_contra = TypeVar("S_contra", bound=ServiceSettings, contravariant=True)


@dataclass
class Runtime(Generic[S]):
    """What a service's use cases are built from."""

    name: str
    settings: S
    clock: Clock
    db: mongo.Database
    bus: Bus
    outbox: Outbox
    http: httpx2.AsyncClient
    verifier: TokenVerifier
    registry: prometheus.CollectorRegistry


@dataclass(frozen=True)
class Service(Generic[C, S]):
    """What one service adds to what all have in common."""

    name: str
    title: str
    router: APIRouter
    build: Callable[[Runtime[S]], C]
    """Makes the object of use cases; routes find it with `use_cases()` in `app.state.use_cases`."""
    handlers: Handlers[C] = field(default_factory=Handlers)
    outbox_collections: tuple[str, ...] = ()
    keys: Callable[[Runtime[S]], KeySource] | None = None
    """Where the keys that verify tokens come from, if not from auth's JWKS: only auth itself sets this."""
    end_streams: Callable[[C], None] | None = None
    """Ends the responses that have no end of their own. Called when the process is asked to stop, before anything is
    waited for."""
    background: tuple[Callable[[C], Awaitable[None]], ...] = ()
    """Coroutine functions that run for as long as the service does (the clock of the bookings), again if they fail."""

    sources: Mapping[str, Callable[[C], Source]] = field(default_factory=dict)
    """What others keep copies of, by name."""
    read_models: tuple[ReadModel[C], ...] = ()
    """Its own copies of others' data, which `gigsta replay` makes anew."""


class CreateApp(Protocol[S_contra]):
    """Makes a service's app; settings that are not handed in come from the environment."""

    def __call__(
        self,
        settings: S_contra | None = None,
        *,
        clock: Clock | None = None,
        bus: Bus | None = None,
        keys: KeySource | None = None,
    ) -> FastAPI: ...


def app_factory(service: "Service[C, S]", settings_type: type[S]) -> CreateApp[S]:
    """The `create_app` of a service's `main`."""

    def create_app(
        settings: S | None = None,
        *,
        clock: Clock | None = None,
        bus: Bus | None = None,
        keys: KeySource | None = None,
    ) -> FastAPI:
        return create_service(service, settings or load(settings_type), clock=clock, bus=bus, keys=keys)

    return create_app


def end_streams(app: FastAPI) -> None:
    """End every response of an app that would keep it from stopping."""
    for end in getattr(app.state, "end_streams", ()):
        end()


def _database(client: mongo.Client, service: str, settings: ServiceSettings) -> mongo.Database:
    return mongo.database(client, mongo.database_name(service, settings.mongodb_url.get_secret_value()))


def create_service(
    service: Service[C, S],
    settings: S,
    *,
    clock: Clock | None = None,
    bus: Bus | None = None,
    keys: KeySource | None = None,
) -> FastAPI:
    """An app that starts whether or not MongoDB and the broker are there yet, and says so in `/health/ready`.

    `clock`, `bus` and `keys` replace the real ones in tests and where services share a process; a bus that is handed
    in is started and stopped by whoever made it.
    """
    registry = prometheus.CollectorRegistry()
    checks: dict[str, health.Check] = {}

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            await _start(app, stack, service, settings, clock or SystemClock(), bus, keys, registry, checks)
            yield
            log.info("stopping")

    production = settings.environment == "production"
    app = DescribedApp(
        title=service.title,
        version="1.0.0",
        lifespan=lifespan,
        docs_url=None if production else "/docs",
        redoc_url=None,
        redirect_slashes=False,
        responses={"4XX": {"model": errors.ProblemDocument, "description": "What is wrong, as problem+json."}},
        generate_unique_id_function=lambda route: route.name,
    )
    errors.install(app)
    # Not FastAPI's own argument for it: that would answer past our middleware, without request id, log or metric.
    app.add_middleware(RequestBodyLimitMiddleware, max_body_size=settings.max_body_size)
    app.add_middleware(RequestMiddleware, registry=registry)
    app.include_router(health.router(checks, registry))
    if service.handlers.bindings:  # before the service's own routes, whose parameters might match these
        app.include_router(parked.router(service.name))
    app.include_router(service.router)
    return app


@asynccontextmanager
async def working(
    service: Service[C, S], settings: S, *, clock: Clock | None = None
) -> AsyncIterator[tuple[Runtime[S], C]]:
    """A service's use cases for a job that serves nobody: no queue, no relay and no clock of its own runs.

    Events that it writes stay in their documents for the relay of the instances that serve.
    """
    client = mongo.connect(settings.mongodb_url.get_secret_value(), app_name=f"gigsta-{service.name}-job")
    try:
        async with http.client() as http_client:
            db = _database(client, service.name, settings)
            time, bus, registry = clock or SystemClock(), InProcessBus(), prometheus.CollectorRegistry()
            outbox = Outbox(service.name, time, Relay(db, bus, service.outbox_collections, registry=registry))
            verifier = _verifier(JwksClient(http_client, settings.jwks_url), settings, time)
            runtime = Runtime(service.name, settings, time, db, bus, outbox, http_client, verifier, registry)
            yield runtime, service.build(runtime)
            await mongo.finish_shielded()
    finally:
        await client.close()


async def _start(
    app: FastAPI,
    stack: AsyncExitStack,
    service: Service[C, S],
    settings: S,
    clock: Clock,
    given_bus: Bus | None,
    given_keys: KeySource | None,
    registry: prometheus.CollectorRegistry,
    checks: dict[str, health.Check],
) -> None:
    """Bring the parts up in order; the exit stack takes them down in reverse."""
    client = mongo.connect(settings.mongodb_url.get_secret_value(), app_name=f"gigsta-{service.name}")
    stack.push_async_callback(client.close)
    stack.push_async_callback(mongo.finish_shielded)
    db = _database(client, service.name, settings)
    http_client = await stack.enter_async_context(http.client())
    bus = given_bus or RabbitBus(
        settings.amqp_url.get_secret_value(),
        namespace=settings.bus_namespace,
        connection_name=f"gigsta-{service.name}",
    )
    relay = Relay(db, bus, service.outbox_collections, registry=registry, sweep_interval=settings.sweep_interval)
    runtime = Runtime(
        name=service.name,
        settings=settings,
        clock=clock,
        db=db,
        bus=bus,
        outbox=Outbox(service.name, clock, relay),
        http=http_client,
        verifier=_verifier(given_keys or JwksClient(http_client, settings.jwks_url), settings, clock),
        registry=registry,
    )
    if service.keys is not None and given_keys is None:
        runtime.verifier = _verifier(service.keys(runtime), settings, clock)
    use_cases = service.build(runtime)
    app.state.runtime = runtime
    app.state.use_cases = use_cases
    app.state.end_streams = (lambda: service.end_streams(use_cases),) if service.end_streams else ()
    checks.update(_checks(db, bus, relay))

    async def handle(event: Envelope) -> None:
        await service.handlers.handle_once(use_cases, db, clock, event)

    if service.handlers.bindings:
        await bus.subscribe(
            Subscription(service.name, service.handlers.bindings, handle, retry_delays_ms=settings.retry_delays_ms)
        )
    if given_bus is None:
        await bus.start()
        stack.push_async_callback(bus.stop)
    relay.start()
    stack.push_async_callback(relay.stop)
    running = [_background(run, use_cases) for run in service.background]
    stack.push_async_callback(tasks.end, running)
    await stack.enter_async_context(_announcing(service.name, db))


def _verifier(keys: KeySource, settings: ServiceSettings, clock: Clock) -> TokenVerifier:
    return TokenVerifier(
        keys,
        issuer=settings.token_issuer,
        audience=settings.token_audience,
        clock=clock,
        admins_show_two=settings.admins_show_two,
    )


def _checks(db: mongo.Database, bus: Bus, relay: Relay) -> dict[str, health.Check]:
    async def mongodb() -> str | None:
        try:
            await db.command("ping")
        except PyMongoError as error:
            return f"away ({str(error)[:120]})"
        return None

    async def broker() -> str | None:
        return bus.problem()

    async def outbox() -> str | None:
        return relay.problem()

    return {"mongodb": mongodb, "broker": broker, "outbox": outbox}


@asynccontextmanager
async def _announcing(name: str, db: mongo.Database) -> AsyncIterator[None]:
    """Say in the log what the service waits for, and when it has it.

    At the end it is asked to stop, not cancelled: PyMongo leaves a socket open when it is cancelled while connecting.
    """
    stopping = asyncio.Event()

    async def announce() -> None:
        waited = False
        while not stopping.is_set():
            try:
                await db.command("ping")
            except PyMongoError as error:
                if not waited:
                    log.warning("waiting for MongoDB", extra={"error": str(error)[:300]})
                waited = True
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(stopping.wait(), 1)
            else:
                log.info("MongoDB answers; %s is up", name)
                return

    task = asyncio.create_task(announce(), name="announce")
    try:
        yield
    finally:
        stopping.set()
        await asyncio.wait({task}, timeout=5)
        await tasks.end([task])


def _background(run: Callable[[C], Awaitable[None]], use_cases: C) -> asyncio.Task[None]:
    name = getattr(run, "__qualname__", repr(run))
    return asyncio.create_task(tasks.keep_running(name, lambda: run(use_cases)), name=name)
