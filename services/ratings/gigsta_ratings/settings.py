"""The settings of the ratings service."""

from typing import Annotated

from pydantic import Field

from gigsta_common.settings import ServiceSettings


class Settings(ServiceSettings):
    close_interval: Annotated[float, Field(gt=0)] = 10.0
    """Seconds between two looks for rating windows that have closed."""
