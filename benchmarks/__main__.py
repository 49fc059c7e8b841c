"""`python -m benchmarks [--quick] [name ...]`: run some benchmarks, or all of them."""

import argparse
import importlib

BENCHMARKS = ("gateway", "events", "bookings", "geo", "auth", "streams", "ratings")
"""Modules of this package with a `main(*, quick: bool) -> None` that prints its findings."""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="name", help=f"of {', '.join(BENCHMARKS)}; all by default")
    parser.add_argument("--quick", action="store_true", help="fewer and shorter runs: to see that it works")
    options = parser.parse_args()
    unknown = set(options.names) - set(BENCHMARKS)
    if unknown:
        parser.error(f"no such benchmark: {', '.join(sorted(unknown))}")
    for name in options.names or BENCHMARKS:
        importlib.import_module(f"benchmarks.{name}").main(quick=options.quick)


if __name__ == "__main__":
    main()
