"""The ratings API."""

from fastapi import APIRouter

from gigsta_ratings.routes import moderation, ratings

router = APIRouter()
for part in (moderation, ratings):
    router.include_router(part.router)
