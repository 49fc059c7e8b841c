"""`gigsta up`: starts the database, the broker, every service and the gateway, and keeps them running."""
