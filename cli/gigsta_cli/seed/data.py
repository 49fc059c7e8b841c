"""Who lives in the demo marketplace: about thirty providers in four cities, and their customers."""

from dataclasses import dataclass

PASSWORD = "gigsta-demo"
DOMAIN = "example.com"


@dataclass(frozen=True)
class Place:
    """A suburb, and where it is."""

    name: str
    city: str
    lat: float
    lng: float
    currency: str = "NZD"


@dataclass(frozen=True)
class Offer:
    title: str
    category: str
    subcategory: str
    price: int
    """In dollars."""
    minutes: int
    description: str
    instant: bool = False


@dataclass(frozen=True)
class Provider:
    login: str
    person: str
    trading_name: str
    place: Place
    offers: tuple[Offer, ...]
    all_hours: bool = False
    """Works around the clock, so that something can be under way whenever the demo is loaded."""

    @property
    def email(self) -> str:
        return f"{self.login}@{DOMAIN}"


AUCKLAND = (
    Place("Ponsonby", "Auckland", -36.8570, 174.7400),
    Place("Mount Eden", "Auckland", -36.8790, 174.7640),
    Place("Takapuna", "Auckland", -36.7870, 174.7740),
    Place("Grey Lynn", "Auckland", -36.8610, 174.7330),
    Place("Remuera", "Auckland", -36.8800, 174.7990),
    Place("Henderson", "Auckland", -36.8770, 174.6310),
    Place("Onehunga", "Auckland", -36.9230, 174.7850),
    Place("Devonport", "Auckland", -36.8310, 174.7960),
    Place("Ōrākei", "Auckland", -36.8560, 174.8130),
)
WELLINGTON = (
    Place("Te Aro", "Wellington", -41.2950, 174.7770),
    Place("Karori", "Wellington", -41.2840, 174.7370),
    Place("Newtown", "Wellington", -41.3120, 174.7790),
    Place("Petone", "Lower Hutt", -41.2270, 174.8700),
    Place("Miramar", "Wellington", -41.3160, 174.8160),
    Place("Johnsonville", "Wellington", -41.2230, 174.8060),
)
CHRISTCHURCH = (
    Place("Riccarton", "Christchurch", -43.5300, 172.5980),
    Place("Sumner", "Christchurch", -43.5690, 172.7590),
    Place("Merivale", "Christchurch", -43.5130, 172.6220),
    Place("Addington", "Christchurch", -43.5430, 172.6120),
    Place("Cashmere", "Christchurch", -43.5710, 172.6340),
    Place("New Brighton", "Christchurch", -43.5070, 172.7280),
)
SYDNEY = (
    Place("Newtown", "Sydney", -33.8980, 151.1790, "AUD"),
    Place("Bondi", "Sydney", -33.8910, 151.2740, "AUD"),
    Place("Parramatta", "Sydney", -33.8150, 151.0010, "AUD"),
    Place("Manly", "Sydney", -33.7970, 151.2850, "AUD"),
    Place("Surry Hills", "Sydney", -33.8860, 151.2110, "AUD"),
    Place("Marrickville", "Sydney", -33.9110, 151.1550, "AUD"),
    Place("Chatswood", "Sydney", -33.7970, 151.1830, "AUD"),
)

_TRADES: tuple[tuple[str, tuple[Offer, ...]], ...] = (
    (
        "Home Cleaning",
        (
            Offer("Weekly house clean", "home-cleaning", "regular-clean", 95, 120, "Kitchen, bathrooms, floors and dusting, with our own eco-friendly products.", instant=True),
            Offer("End of tenancy clean", "home-cleaning", "end-of-tenancy", 380, 300, "Everything the property manager looks at, oven and windows included."),
        ),
    ),
    ("Gardens", (Offer("Hedge trimming", "gardening", "hedges-and-pruning", 110, 90, "Hedges and shrubs cut to shape and the green waste taken away."),)),
    ("Lawns", (Offer("Lawn mowing", "gardening", "lawn-mowing", 55, 45, "Mown, edged and blown clean. Up to 400 square metres.", instant=True),)),
    ("Plumbing", (Offer("Leaking tap repair", "plumbing", "leaks-and-taps", 130, 60, "A licensed plumber, washers and cartridges included."),)),
    ("Electrical", (Offer("Light fitting installation", "electrical", "lighting", 140, 60, "Registered electrician; certificate of compliance included."),)),
    ("Handyman", (Offer("Flat-pack assembly", "handyman", "furniture-assembly", 85, 90, "Wardrobes, desks, beds: put together and the packaging removed."),)),
    ("Tutoring", (Offer("NCEA maths tutoring", "tutoring", "maths-and-science", 70, 60, "Levels 1 to 3, at your place or online, by a trained teacher.", instant=True),)),
    ("Tech Help", (Offer("Home Wi-Fi tune-up", "it-help", "wi-fi-and-networks", 120, 60, "Dead spots found and fixed, devices set up, everything explained."),)),
    ("Dog Walking", (Offer("Group dog walk", "pet-care", "dog-walking", 32, 60, "Picked up, walked for an hour in a small group, returned happy.", instant=True),)),
    ("Photography", (Offer("Family portraits", "photography", "portraits", 260, 90, "A relaxed session outdoors and twenty edited pictures."),)),
    ("Fitness", (Offer("Personal training session", "fitness", "personal-training", 80, 45, "One to one, in the park or at your home, for every level."),)),
    ("Massage", (Offer("Relaxation massage", "beauty", "massage", 105, 60, "Table, oils and calm included; we come to you."),)),
)  # fmt: skip

_PEOPLE = (
    "Aroha Ngata", "James Walker", "Mei Chen", "Sione Tuilagi", "Emma Wilson", "Ravi Patel", "Hana Kereama", "Tom Fraser",
    "Priya Singh", "Lucas Silva", "Olivia Brown", "Wiremu Parata", "Grace Kim", "Daniel Novak", "Isla MacDonald",
    "Mateo Garcia", "Chloe Martin", "Tane Rangi", "Sophie Turner", "Yuki Tanaka", "Ben Harris", "Leilani Fonoti",
    "Jack Murphy", "Anika Sharma", "Noah Taylor", "Ruby Anderson", "Omar Haddad", "Ella Thompson",
)  # fmt: skip

CUSTOMERS = (
    "Sam Rivers", "Nina Holt", "Peter Lang", "Maia Tipene", "Oscar Lund", "Jess Cooper", "Arjun Mehta", "Lily Zhang",
    "Harry Quinn", "Zoe Marsh", "Kiri Walters", "Felix Braun",
)  # fmt: skip

APPLICANTS = (
    ("tui.carpets@example.com", "Tui Matene", "Tui's Carpet Care", None),
    ("dave.fixit@example.com", "Dave Fixit", "Fixit Brothers", "Please add your registration number and apply again."),
)
"""Who has applied as a provider and is not one: address, name, trading name, and why they were rejected, if they were."""

COMMENTS = {
    5: (
        "On time, friendly and very thorough. Would book again tomorrow.",
        "Exactly what we hoped for. Kia ora!",
        "Brilliant work and left everything tidy.",
        "Quick to answer, careful, and the price was right.",
    ),
    4: (
        "Good work, arrived a little late but let me know.",
        "Happy with the result. Communication could be quicker.",
        "Solid job, thank you.",
    ),
    3: ("Fine in the end, but it took two visits.", "The work is all right; I had expected a little more care."),
}

_CITIES = (AUCKLAND, WELLINGTON, CHRISTCHURCH, SYDNEY)


def providers() -> list[Provider]:
    """The demo provider first, then one who works around the clock, then everybody else."""
    found = [
        Provider(
            "provider",
            "Pat Provider",
            "Harbour Home Services",
            AUCKLAND[0],
            (*_TRADES[0][1], *_TRADES[5][1]),
        ),
        Provider(
            "night.plumber",
            "Nikau Rua",
            "Round the Clock Plumbing",
            AUCKLAND[1],
            (
                Offer(
                    "Emergency plumber",
                    "plumbing",
                    "drains",
                    190,
                    60,
                    "Burst pipe or blocked drain: any hour, any day.",
                ),
            ),
            all_hours=True,
        ),
    ]
    for place, person in enumerate(_PEOPLE):
        city = _CITIES[place % len(_CITIES)]
        where = city[(place // len(_CITIES) + 2) % len(city)]
        trade, offers = _TRADES[place % len(_TRADES)]
        found.append(Provider(person.lower().replace(" ", "."), person, f"{where.name} {trade}", where, offers))
    return found
