"""Identifiers: opaque strings, unguessable, and sorted by the time they were made (UUID version 7)."""

import uuid_utils


def new_id() -> str:
    return str(uuid_utils.uuid7())
