"""Real servers as child processes of this one, for `make up` and for tests."""

from gigsta_common.localservers.mongod import Mongod
from gigsta_common.localservers.mongod_users import ensure_migrator_user, ensure_service_user
from gigsta_common.localservers.process import Child, LocalServerError, free_port
from gigsta_common.localservers.rabbitmq import LoginRefusedError, RabbitMQ, amqp_answers
from gigsta_common.localservers.rabbitmq_install import find_rabbitmq
from gigsta_common.localservers.state import Secrets, state_dir

__all__ = [
    "Child",
    "LocalServerError",
    "LoginRefusedError",
    "Mongod",
    "RabbitMQ",
    "Secrets",
    "amqp_answers",
    "ensure_migrator_user",
    "ensure_service_user",
    "find_rabbitmq",
    "free_port",
    "state_dir",
]
