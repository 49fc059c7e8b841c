"""The HTTP interface of auth: parse, call, return."""

from fastapi import APIRouter

from gigsta_auth.routes import account, admin, login, pages, sessions

router = APIRouter()
for part in (login, account, sessions, admin, pages):
    router.include_router(part.router)
