"""What may go wrong for a reason that the operator can mend, and so is told in a sentence."""

from aio_pika.exceptions import AMQPError
from pymongo.errors import PyMongoError

from gigsta_cli.seed.market import SeedError
from gigsta_common.errors import Problem
from gigsta_common.migrations import MigrationError
from gigsta_common.settings import SettingsError

EXPECTED = (SettingsError, MigrationError, SeedError, Problem, PyMongoError, AMQPError, ConnectionError)
