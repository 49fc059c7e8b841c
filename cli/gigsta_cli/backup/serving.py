"""Who else is there while a backup is put back: services that are connected, and events of the time after it."""

from pymongo.errors import OperationFailure

from gigsta_cli import services
from gigsta_cli.backup.files import BackupError
from gigsta_cli.up.plan import SERVICES
from gigsta_common.messaging import RabbitBus
from gigsta_common.settings import ServiceSettings, load, told

GO_ON = "--while-serving goes on all the same."


async def require_nobody(names: tuple[str, ...]) -> None:
    """Look for connections that services have to their databases.

    A database user sees its own connections without any right, so it is asked as the user that runs the service. Who
    serves has one at all times, to look into its outbox every few seconds; an idle geo, which has no outbox, may not.

    Raises:
        BackupError: a service is connected, or it cannot be seen whether one is.
    """
    serving = {name: where for name in names if (where := await _connected(name))}
    if serving:
        who = ", ".join(f"{name} (from {', '.join(sorted(where))})" for name, where in serving.items())
        raise BackupError(
            f"Services are connected to their databases: {who}. Stop them first, for what they write meanwhile is in "
            f"no backup. Nothing was changed. Where they cannot be stopped, {GO_ON}"
        )


async def _connected(name: str) -> set[str]:
    """The addresses from which a service's instances, or jobs that act for it, are connected."""
    db = services.database(name)
    try:
        found = await db.client.admin.aggregate(
            [
                {"$currentOp": {"idleConnections": True}},
                {"$match": {"appName": {"$in": [f"gigsta-{name}", f"gigsta-{name}-job"]}}},
            ]
        )
        return {str(each.get("client", "somewhere")).rpartition(":")[0] async for each in found}
    except OperationFailure as error:
        reason = (error.details or {}).get("errmsg", "no reason given")
        raise BackupError(
            f"Whether {name} is connected to its database cannot be seen: {reason}. Nothing was changed. "
            f"Once every service is stopped, {GO_ON}"
        ) from None
    finally:
        await db.client.close()


async def empty_queues() -> str:
    """Throw away the events that wait for a try: they tell of a time that is taken back. Return what was done."""
    url = services.broker_url()
    if not url:
        return "No queue is emptied, for AMQP_URL is not set."
    known = {"mongodb_url": services.database_url(SERVICES[0], migrating=True), "jwks_url": services.NO_KEYS}
    delays = load(ServiceSettings, amqp_url=url, **known).retry_delays_ms
    bus = RabbitBus(url, namespace=told("BUS_NAMESPACE") or "gigsta", connection_name="gigsta-cli")
    thrown_away = parked = 0
    busy = []
    for name in SERVICES:
        bindings = services.handlers(name).bindings
        if not bindings:
            continue
        count = await bus.purge(name, bindings, delays)
        if count is None:
            busy.append(name)
        else:
            thrown_away += count
        parked += len(await bus.parked(name))
    said = [f"RabbitMQ: {thrown_away} events that waited are thrown away."]
    if busy:
        said.append(f"The queues of {', '.join(busy)} stay as they are, because somebody is at work on them.")
    if parked:
        said.append(
            f"{parked} are parked and stay: see `gigsta events parked`, and drop what is of later than the backup."
        )
    return " ".join(said)
