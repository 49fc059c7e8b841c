"""`python -m gigsta_cli` is `gigsta`."""

from gigsta_cli.main import app

app(prog_name="gigsta")
