"""Whether the summaries are what the ratings say: counted anew from all of them, at one moment, while serving.

And written anew, where ratings came by another way than through this service.
"""

import contextlib
from collections import Counter
from typing import Any

from pymongo.errors import DuplicateKeyError

from gigsta_common.mongo import Database, Session
from gigsta_ratings import models
from gigsta_ratings.models import Role, SubjectKind

_SUBJECTS: tuple[tuple[SubjectKind, str, Role], ...] = (
    ("service", "service_id", "customer"),
    ("provider", "provider_id", "customer"),
    ("customer", "rated_user_id", "provider"),
)


async def differences(db: Database) -> tuple[int, list[str]]:
    """How many summaries there should be, and in a sentence each what is wrong."""
    async with db.client.start_session(snapshot=True) as session:
        counted = await _counted(db, session)
        kept = {tally["_id"]: tally async for tally in db["summaries"].find({}, session=session)}
    wrong = [
        f"{subject} is kept as {kept.get(subject)} and should be {dict(sorted(stars.items()))}"
        for subject in sorted(counted.keys() | kept.keys())
        if not _agrees(kept.get(subject), stars := counted.get(subject, Counter[int]()))
    ]
    return len(counted), wrong


async def recount(db: Database) -> int:
    """Make the summaries what the ratings say; return how many were not. Ratings that come meanwhile count for
    themselves: a summary that has moved on is left alone."""
    async with db.client.start_session(snapshot=True) as session:
        counted = await _counted(db, session)
        kept = {tally["_id"]: tally async for tally in db["summaries"].find({}, session=session)}
    mended = 0
    for subject in counted.keys() | kept.keys():
        tally, stars = kept.get(subject), counted.get(subject, Counter[int]())
        if _agrees(tally, stars):
            continue
        fields = {
            "count": stars.total(),
            "sum": sum(n * count for n, count in stars.items()),
            "histogram": {str(n): count for n, count in sorted(stars.items())},
        }
        version = tally["version"] if tally else 0
        after = {**fields, "version": version + 1}
        if tally is None:
            with contextlib.suppress(DuplicateKeyError):  # somebody has just been the first to rate
                await db["summaries"].insert_one({"_id": subject, **after})
        else:
            await db["summaries"].update_one({"_id": subject, "version": version}, {"$set": after})
        mended += 1
    return mended


async def _counted(db: Database, session: Session) -> dict[str, Counter[int]]:
    subjects: dict[str, Counter[int]] = {}
    for kind, field, author in _SUBJECTS:
        published = {"status": "published", "author_role": author}
        group = {"_id": {"subject": f"${field}", "stars": "$stars"}, "n": {"$sum": 1}}
        rows = await db["ratings"].aggregate([{"$match": published}, {"$group": group}], session=session)
        async for row in rows:
            subject = models.tally_id((kind, row["_id"]["subject"]))
            subjects.setdefault(subject, Counter())[row["_id"]["stars"]] = row["n"]
    return subjects


def _agrees(tally: dict[str, Any] | None, stars: Counter[int]) -> bool:
    if tally is None:
        return not stars
    histogram = Counter({int(n): count for n, count in tally["histogram"].items()})
    total = sum(n * count for n, count in stars.items())
    return histogram == stars and (tally["count"], tally["sum"]) == (stars.total(), total)
