"""The indexes of the collections that `gigsta_common` itself keeps in a service's database."""

from gigsta_common import idempotency
from gigsta_common.messaging.handlers import INBOX
from gigsta_common.messaging.outbox import FIELD
from gigsta_common.mongo import Database


async def create_common(db: Database, *, outbox_collections: tuple[str, ...] = ()) -> None:
    """Called by each service's first migration."""
    await db[INBOX].create_index("expires_at", expireAfterSeconds=0, name="expires_at")
    await db[idempotency.COLLECTION].create_index("expires_at", expireAfterSeconds=0, name="expires_at")
    for collection in outbox_collections:
        await db[collection].create_index(f"{FIELD}.id", sparse=True, name="outbox_pending")
