"""The demo data: a marketplace with a month of history, made by its own use cases on a clock set back in time."""
