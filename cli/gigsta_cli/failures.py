"""What may go wrong for a reason that the operator can mend, and so is told in a sentence."""

from aio_pika.exceptions import AMQPError
from pymongo.errors import OperationFailure, PyMongoError

from gigsta_cli.backup.files import BackupError
from gigsta_cli.legacy.made import LegacyError
from gigsta_cli.seed.market import SeedError
from gigsta_common.errors import Problem
from gigsta_common.localservers import LocalServerError
from gigsta_common.messaging import BusUnavailable, PublishError
from gigsta_common.migrations import MigrationError
from gigsta_common.settings import SettingsError

EXPECTED = (
    SettingsError, BackupError, LegacyError, MigrationError, SeedError, Problem, PyMongoError, AMQPError, PublishError,
    LookupError, LocalServerError, OSError,
)  # fmt: skip


def sentence(error: BaseException) -> str:
    """What to tell the operator: drivers say too much."""
    if isinstance(error, OperationFailure):
        return f"MongoDB refused: {(error.details or {}).get('errmsg', 'no reason given')}."
    if isinstance(error, PyMongoError):
        return f"MongoDB does not answer: {str(error).partition(' (configured')[0].partition(', Timeout')[0]}."
    if isinstance(error, BusUnavailable):
        return f"RabbitMQ does not answer: {error}."
    if isinstance(error, OSError) and error.strerror:
        return f"{error.strerror}{f': {error.filename}' if error.filename else ''}."
    return str(error) or repr(error)
