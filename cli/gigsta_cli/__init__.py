"""The `gigsta` command: it runs and looks after GigSta."""
