"""The settings of bookings."""

from typing import Annotated

from pydantic import Field

from gigsta_common.settings import ServiceSettings


class Settings(ServiceSettings):
    clock_interval: Annotated[float, Field(gt=0)] = 5.0
    """Seconds between two looks for transitions that are due."""
