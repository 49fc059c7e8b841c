"""The settings of bookings."""

from typing import Annotated

from gigsta_common.settings import ServiceSettings
from pydantic import Field


class Settings(ServiceSettings):
    clock_interval: Annotated[float, Field(gt=0)] = 5.0
    """Seconds between two looks for transitions that are due."""
