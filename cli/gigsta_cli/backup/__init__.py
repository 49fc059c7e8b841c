"""`gigsta backup` and `gigsta restore`: every service's documents as files, and back into empty databases.

What is kept are documents, byte for byte as MongoDB has them (BSON), and which migrations had run. Indexes and
validators are made by those migrations, as everywhere.
"""
