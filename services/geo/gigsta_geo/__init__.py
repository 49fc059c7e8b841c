"""The geo service."""
