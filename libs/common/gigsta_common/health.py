"""Whether a service lives, whether it is ready, and its metrics."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

import prometheus_client as prometheus
from fastapi import APIRouter
from pydantic import BaseModel
from starlette.responses import JSONResponse, Response

CHECK_WITHIN = 3.5
"""Seconds that a check may take."""

log = logging.getLogger(__name__)

Check = Callable[[], Awaitable[str | None]]
"""Says in a short sentence what is wrong, or None."""


class Health(BaseModel):
    status: str
    checks: dict[str, str]


def router(checks: dict[str, Check], registry: prometheus.CollectorRegistry) -> APIRouter:
    """`checks` is read at each request, so that it may be filled while the service starts."""
    routes = APIRouter(include_in_schema=False)
    well = prometheus.Gauge("gigsta_check_ok", "Whether what we need is well.", ["check"], registry=registry)

    async def look() -> dict[str, str]:
        names = list(checks)
        problems = await asyncio.gather(*(_bounded(checks[name]) for name in names))
        for name, problem in zip(names, problems, strict=True):
            well.labels(name).set(problem is None)
        return {name: problem or "ok" for name, problem in zip(names, problems, strict=True)}

    @routes.get("/health/live")
    async def live() -> Health:
        return Health(status="live", checks={})

    @routes.get("/health/ready")
    async def ready() -> Response:
        said = await look()
        good = all(answer == "ok" for answer in said.values())
        health = Health(status="ready" if good else "not ready", checks=said)
        return JSONResponse(health.model_dump(), status_code=200 if good else 503)

    @routes.get("/metrics")
    async def metrics() -> Response:
        await look()  # so that an alert knows it, too
        return Response(prometheus.generate_latest(registry), media_type=prometheus.CONTENT_TYPE_LATEST)

    return routes


async def _bounded(check: Check) -> str | None:
    try:
        async with asyncio.timeout(CHECK_WITHIN):
            return await check()
    except TimeoutError:
        return "does not answer in time"
    except Exception as error:
        log.exception("a health check failed")
        return f"the check itself failed ({type(error).__name__})"
