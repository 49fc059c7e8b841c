"""`gigsta replay`: read models made anew from what their owners hold, while all of them serve."""

import asyncio

from rich.console import Console

from gigsta_cli import services
from gigsta_common.app import Service, working
from gigsta_common.replay import Replay
from gigsta_common.settings import ServiceSettings

NO_MAILS = "smtp://no-mails.invalid"


def replay(service: str | None) -> None:
    """Rebuild the read models of one service, or of all of them."""
    asyncio.run(rebuild(services.chosen(service)))


async def rebuild(names: tuple[str, ...]) -> None:
    """Read model by read model, and say what was done."""
    console = Console(highlight=False)
    for name in names:
        consumer = _service(name)
        for model in consumer.read_models:
            owner_name, _, source = model.source.partition(".")
            owner = _service(owner_name)
            async with (
                working(owner, _settings(owner_name)) as (_, theirs),
                working(consumer, _settings(name)) as (runtime, ours),
            ):
                told = owner.sources[source](theirs)
                done = await Replay(model, told, ours, consumer.handlers, runtime.db, runtime.clock).run()
            console.print(f"{name:<14} {model.name:<17} {done.applied} taken over, {done.forgotten} forgotten")


def _settings(name: str) -> ServiceSettings:
    """Whether mails can be sent is nothing to a job that sends none."""
    return services.settings(name, **({"smtp_url": NO_MAILS} if name == "notifications" else {}))


def _service(name: str) -> "Service[object, ServiceSettings]":
    found: Service[object, ServiceSettings] = services.module(name, "main").SERVICE
    return found
