"""Of whom a mail domain is: everybody's, or somebody's who can make as many addresses in it as they like."""

PUBLIC = frozenset(
    {
        "126.com", "163.com", "aol.com", "bigpond.com", "bigpond.net.au", "fastmail.com", "fastmail.fm", "gmail.com",
        "gmx.com", "gmx.de", "gmx.net", "hey.com", "hotmail.co.nz", "hotmail.co.uk", "hotmail.com", "icloud.com",
        "iinet.net.au", "inspire.net.nz", "internode.on.net", "live.co.uk", "live.com", "live.com.au", "mac.com",
        "mail.com", "me.com", "msn.com", "naver.com", "optusnet.com.au", "orcon.net.nz", "outlook.co.nz",
        "outlook.com", "outlook.com.au", "pm.me", "proton.me", "protonmail.com", "qq.com", "rocketmail.com",
        "slingshot.co.nz", "snap.net.nz", "tpg.com.au", "tuta.com", "vodafone.co.nz", "web.de", "westnet.com.au",
        "windowslive.com", "xtra.co.nz", "yahoo.co.nz", "yahoo.co.uk", "yahoo.com", "yahoo.com.au", "yandex.com",
        "ymail.com", "zoho.com",
    }
)  # fmt: skip
"""Where anybody can have a mailbox, but not a thousand of them: guests there are counted by mailbox alone."""

_SECOND_LEVEL = frozenset(
    {
        "ac", "asn", "co", "com", "cri", "edu", "geek", "gen", "gov", "govt", "health", "id", "iwi", "kiwi", "maori",
        "me", "mil", "ne", "net", "or", "org", "parliament", "school",
    }
)  # fmt: skip
"""Below a country's domain these belong to no one: what is registered is one label more."""


def owned_part(domain: str) -> str | None:
    """The part of a mail domain that somebody registered, in whose gift all addresses below it are; None of `PUBLIC`.

    Not by the public suffix list, which changes by the week: a suffix that is not known here only makes its owners
    share a quota, or a subdomain's owner count as the domain's.
    """
    labels = domain.split(".")
    for n in range(len(labels)):
        if ".".join(labels[n:]) in PUBLIC:  # what is below it is one customer's of theirs: all of it, at Fastmail
            return ".".join(labels[n - 1 :]) if n else None
    of_country = len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in _SECOND_LEVEL
    return ".".join(labels[-3 if of_country else -2 :])
