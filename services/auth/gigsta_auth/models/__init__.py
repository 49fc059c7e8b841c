"""What auth stores, and the rules that follow from it alone: no I/O here."""
