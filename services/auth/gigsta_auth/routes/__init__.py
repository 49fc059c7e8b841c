"""The HTTP interface of auth: parse, call, return."""

from fastapi import APIRouter, Depends

from gigsta_auth.client import note_client
from gigsta_auth.routes import (
    account,
    admin,
    audit,
    closing,
    credentials,
    guests,
    login,
    oauth,
    pages,
    passkeys,
    reauthentication,
    second_factors,
    sessions,
)

_PARTS = (
    login,
    second_factors,
    reauthentication,
    passkeys,
    oauth,
    account,
    closing,
    credentials,
    guests,
    sessions,
    admin,
    audit,
    pages,
)

router = APIRouter(dependencies=[Depends(note_client)])
for part in _PARTS:
    router.include_router(part.router)
