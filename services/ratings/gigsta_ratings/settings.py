"""The settings of the ratings service."""

from typing import Annotated

from gigsta_common.settings import ServiceSettings
from pydantic import Field


class Settings(ServiceSettings):
    close_interval: Annotated[float, Field(gt=0)] = 10.0
    """Seconds between two looks for rating windows that have closed."""
