"""The API of notifications."""

from typing import Annotated, cast

from fastapi import Depends, Request

from gigsta_notifications.crud import Notifications


def use_cases(request: Request) -> Notifications:
    return cast("Notifications", request.app.state.use_cases)


UseCases = Annotated[Notifications, Depends(use_cases)]
