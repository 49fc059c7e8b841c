"""Mails: written from templates, handed to a mail server."""
