"""The settings of geo: those that every service has."""

from gigsta_common.settings import ServiceSettings


class Settings(ServiceSettings):
    pass
