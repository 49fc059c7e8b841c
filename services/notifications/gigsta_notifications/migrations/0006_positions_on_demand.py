"""Items get their position in the order of a user's streams when a stream asks for it, not when they are written.

While instances of the older version are still at work, both give positions out, and the index lets each have one owner:
an event for which an older instance finds its position taken is handled again, by a newer one. `inbox_positions`, with
which the older version counts, is for a later release to drop.
"""

from pymongo import ASCENDING

from gigsta_common.mongo import Database

BY_POSITION = [("user_id", ASCENDING), ("position", ASCENDING)]


async def up(db: Database) -> None:
    inbox = db["inbox"]
    numbered = {"position": {"$gt": 0}}
    await inbox.create_index(BY_POSITION, unique=True, partialFilterExpression=numbered, name="numbered")
    await inbox.create_index(
        [("user_id", ASCENDING), ("created_at", ASCENDING), ("_id", ASCENDING)],
        partialFilterExpression={"position": {"$type": "null"}},
        name="to_number",
    )
    await inbox.drop_index("in_order")


async def down(db: Database) -> None:
    inbox = db["inbox"]
    await inbox.create_index(BY_POSITION, name="in_order")
    await inbox.drop_index("to_number")
    await inbox.drop_index("numbered")
