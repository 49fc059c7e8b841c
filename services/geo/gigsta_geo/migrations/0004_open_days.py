"""Which services of a category can be booked on a day, from a point outwards.

The days themselves come with the events of bookings.
"""

from gigsta_common.mongo import Database


async def up(db: Database) -> None:
    keys = [("listed", 1), ("category", 1), ("open_days", 1), ("point", "2dsphere")]
    await db["places"].create_index(keys, name="category_by_day")


async def down(db: Database) -> None:
    await db["places"].drop_index("category_by_day")
    await db["places"].update_many({}, {"$unset": {"open_days": "", "open_days_version": ""}})
