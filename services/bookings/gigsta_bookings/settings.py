"""The settings of bookings."""

from typing import Annotated

from pydantic import Field

from gigsta_common.settings import SecretOfProduction, ServiceSettings


class Settings(ServiceSettings):
    clock_interval: Annotated[float, Field(gt=0)] = 5.0
    """Seconds between two looks for transitions that are due."""
    open_days_interval: Annotated[float, Field(gt=0)] = 0.5
    """Seconds between two looks for what may have changed on which days a service can be booked."""
    mail_link_secret: SecretOfProduction = None
    """Signs the links by which an action is taken straight from a mail. Another secret ends those that are out;
    without one, which only development may be, mails carry none."""
