"""Words are counted by the services that have been published, and found by their beginnings, most used first.

What the version that is serving teaches meanwhile is found as it is written, and by a beginning once somebody else
teaches it.
"""

from gigsta_common.mongo import Database
from gigsta_common.vocabulary import rank_vocabulary, unrank_vocabulary


async def up(db: Database) -> None:
    await rank_vocabulary(db, "services", {"status": {"$ne": "draft"}})


async def down(db: Database) -> None:
    await unrank_vocabulary(db)
