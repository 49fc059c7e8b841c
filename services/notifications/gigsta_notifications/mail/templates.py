"""The templates. HTML is escaped by default; a name that a template uses and nobody gives is an error."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

environment = Environment(
    loader=FileSystemLoader(Path(__file__).parent.parent / "templates"),
    autoescape=select_autoescape(["html"], default=False),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)
environment.globals["font"] = Markup("font-family:system-ui,-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif")
"""For every cell of a table: some mail programs hand nothing down."""
