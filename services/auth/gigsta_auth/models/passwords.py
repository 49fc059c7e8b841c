"""Which passwords may be chosen, and the one form in which they are hashed."""

import unicodedata

MIN_LENGTH = 10
MAX_LENGTH = 128

_COMMONEST = frozenset(
    """
    0000000000 0123456789 0987654321 1111111111 1122334455 1212121212 1234512345 123456123456 1234567890 12345678900
    12345678901 12345678910 123456789a 123456789q 1234567890a 1234567890q 123456789abc 123123123123 123qweasdzxc
    147258369a 1q2w3e4r5t 1q2w3e4r5t6y 1qaz2wsx3edc 2222222222 3333333333 4444444444 5555555555 6666666666 7777777777
    7894561230 8888888888 9876543210 9999999999 aaaaaaaaaa abc1234567 abc123456789 abcd123456 abcdefghij administrator
    a123456789 a1b2c3d4e5 asdf123456 asdfasdfasdf asdfghjkl1 asdfghjkl123 asdfghjkl; baseball12 basketball blink182182
    changeme12 changeme123 changeme1234 charlie123 chocolate1 computer123 correcthorsebatterystaple dragon12345
    election2024 football12 football123 football1234 gigstagigsta hellohello iloveyou12 iloveyou123 iloveyou1234
    letmein123 letmein1234 liverpool1 manchester manchesterunited mypassword newzealand newzealand1 p@ssw0rd123
    p@ssword123 passw0rd12 passw0rd123 password00 password01 password10 password11 password12 password123 password123!
    password1234 password12345 password2023 password2024 password2025 password2026 passwordpassword princess12
    princess123 q1w2e3r4t5 q1w2e3r4t5y6 qazwsxedc1 qazwsxedc123 qazwsxedcrfv qwer123456 qwerasdfzxcv qwerty12345
    qwerty123456 qwerty1234 qwertyqwerty qwertyuiop qwertyuiop1 qwertyuiop123 qwertyuiop[] spiderman1 starwars12
    starwars123 summer2024 summer2025 sunshine12 sunshine123 superman12 superman123 trustno1trustno1 unbelievable
    welcome123 welcome1234 welcome2024 welcome2025 whatever12 whatever123 zaq12wsxcde3 zxcvbnm123 zxcvbnm1234 zxcvbnmasd
    """.split()  # noqa: SIM905 -- easier to read and to add to than so many quotes
)


def canonical(password: str) -> str:
    """One form for what keyboards spell in several: an é typed on one device must match an é typed on another."""
    return unicodedata.normalize("NFKC", password)


def check_choice(password: str) -> str:
    """The password itself, if it may be chosen.

    Raises:
        ValueError: too short, too long, or among the first that anybody would try.
    """
    if not MIN_LENGTH <= len(password) <= MAX_LENGTH:
        raise ValueError(f"choose a password of {MIN_LENGTH} to {MAX_LENGTH} characters")
    if canonical(password).casefold() in _COMMONEST:
        raise ValueError("this is one of the passwords that are tried first; choose another")
    return password
