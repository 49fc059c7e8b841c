"""`gigsta import-legacy`: the database of the older GigSta, one application on Beanie, brought into the six databases.

Every new document follows from an old one alone, its id included: so an import that broke off is simply begun again,
and can be compared with what it came from at any time. Decision record 24 says what is taken for what.
"""
