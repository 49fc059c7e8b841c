"""What catalog reads from the environment."""

from gigsta_common.settings import ServiceSettings


class Settings(ServiceSettings):
    """Nothing beyond what every service reads."""
