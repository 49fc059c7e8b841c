"""A made-up database of the older GigSta, as Beanie and fastapi-users would have written it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import bcrypt
from bson import DBRef, Decimal128, ObjectId
from pymongo import MongoClient

PASSWORD = "a pässword of long ago"
NAME = "older_gigsta"
CUSTOMERS, PROVIDERS, PAST_A_CUSTOMER = 50, 4, 4
FUTURE_A_PROVIDER = 40
START = datetime(2024, 3, 1, tzinfo=UTC)

Row = dict[str, Any]


def key(kind: int, number: int, at: datetime = START) -> ObjectId:
    """An ObjectId of that moment, the same each time."""
    return ObjectId(int(at.timestamp()).to_bytes(4) + kind.to_bytes(2) + number.to_bytes(6))


def user(number: int, **more: Any) -> Row:
    return {
        "_id": key(1, number, START + timedelta(hours=number)),
        "email": f"Person{number}@Example.com",
        "hashed_password": HASH,
        "full_name": f"Person {number}",
        "phone_number": "+64 21 555 0100",
        "is_active": True,
        "is_superuser": False,
        "is_verified": True,
        "roles": ["customer"],
        "onboarding_status": "complete",
        "oauth_accounts": [],
        "created_at": START + timedelta(hours=number),
        "avatar_url": "https://old.invalid/a.png",
    } | more


HASH = bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(4)).decode()


def link(collection: str, row: Row) -> DBRef:
    return DBRef(collection, row["_id"])


class Older:
    """The rows, to be changed before they are written."""

    def __init__(self, now: datetime, *, future: int = FUTURE_A_PROVIDER) -> None:
        self.now = now.replace(microsecond=0)
        self.users = [user(n) for n in range(CUSTOMERS)]
        self.users[0]["oauth_accounts"] = [
            {
                "oauth_name": "google",
                "access_token": "secret",
                "account_id": "people/1234567",
                "account_email": "person0@example.com",
            }
        ]
        self.users[1] |= {"is_verified": False, "onboarding_status": "provisional"}
        self.users[2] |= {"is_active": False}
        self.users[3] |= {"hashed_password": "pbkdf2:sha256:1000$salt$hash"}
        self.users[4] |= {"is_superuser": True}
        self.providers = [
            user(1000 + n, roles=["provider"], business_name=f"Works {n}", email=f"works{n}@example.com")
            for n in range(PROVIDERS)
        ]
        garden = {"_id": key(2, 1), "name": "Gardening"}
        lawns = {"_id": key(2, 2), "name": "Lawn mowing", "parent": DBRef("categories", garden["_id"])}
        odd = {"_id": key(2, 3), "name": "Beekeeping", "subcategories": ["Swarms"]}
        self.categories = [garden, lawns, odd]
        self.services = [self._service(n, provider) for n, provider in enumerate(self.providers)]
        self.bookings = [self._past(c, n) for c in range(CUSTOMERS) for n in range(PAST_A_CUSTOMER)]
        self.bookings += [self._future(p, n) for p in range(PROVIDERS) for n in range(future)]
        self.ratings = [
            {
                "_id": key(5, n),
                "booking": link("bookings", row),
                "user": row["customer"],
                "score": 1 + n % 5,
                "review": f"Review {n}",
                "created_at": row["ends_at"] + timedelta(days=1),
            }
            for n, row in enumerate(row for row in self.bookings if row["status"] == "completed" and "old" in row)
        ]

    def _service(self, number: int, provider: Row) -> Row:
        return {
            "_id": key(3, number),
            "provider": link("users", provider),
            "title": f"Mowing {number}",
            "description": "All lawns, whatever their size.",
            "category": link("categories", self.categories[1 if number % 2 else 2]),
            "price": Decimal128("85.50") if number % 2 else 90.25,
            "duration_minutes": 60,
            "address": f"{number} Queen Street, Mount Eden, Auckland",
            "location": {"type": "Point", "coordinates": [174.76, -36.87 + number / 100]},
            "is_active": True,
            "created_at": START,
        }

    def _past(self, customer: int, number: int) -> Row:
        service = self.services[(customer + number) % PROVIDERS]
        starts_at = START + timedelta(days=20 + number, hours=customer)
        done = number % 3 != 2
        return {
            "_id": key(4, customer * 100 + number, START + timedelta(days=10 + number)),
            "service": link("services", service),
            "customer": link("users", self.users[customer]),
            "status": "completed" if done else "cancelled",
            "starts_at": starts_at,
            "ends_at": starts_at + timedelta(hours=1),
            "audit_log": [
                {
                    "action_name": "accept",
                    "note": "Accepted by provider",
                    "actor": service["provider"],
                    "timestamp": START + timedelta(days=11 + number),
                    "status": "accepted",
                }
            ],
            "old": True,
        }

    def _future(self, provider: int, number: int) -> Row:
        starts_at = self.now.replace(minute=0, second=0) + timedelta(days=3 + number // 8, hours=2 * (number % 8))
        return {
            "_id": key(4, 100_000 + provider * 1000 + number, self.now - timedelta(days=1)),
            "service": self.services[provider]["_id"],
            "customer": self.users[10 + number]["_id"],
            "status": "confirmed" if number % 2 else "pending",
            "starts_at": starts_at,
            "ends_at": starts_at + timedelta(hours=1),
        }

    def write(self, url: str) -> None:
        with MongoClient[Row](url) as client:
            client.drop_database(NAME)
            db = client[NAME]
            db["users"].insert_many(self.users + self.providers)
            db["Category"].insert_many(self.categories)
            db["services"].insert_many(self.services)
            db["bookings"].insert_many(self.bookings)
            db["ratings"].insert_many(self.ratings)
