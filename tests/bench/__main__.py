"""``python -m tests.bench [NAME…] [--json] [--output FILE] [--quick]``.

Measures what the product promises, beside plain aiortc doing the same work in the same run,
each side in a process of its own. Take it on a machine that is otherwise idle. The figures
are printed and never asserted: the status is 1 only if a measure could not be taken.
"""

import asyncio
import json
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from aicall_cli.clock import perf_clock
from tests.bench.catalogue import MEASURES
from tests.bench.machine import describe_machine
from tests.bench.outcome import JSON, BenchError, Outcome
from tests.bench.scale import FULL, QUICK, Scale
from tests.bench.table import render

REPORT_VERSION = 1


def main(arguments: Sequence[str] | None = None) -> int:
    """Take the measures that ``arguments`` name and print them; return the exit status."""
    options = _parse(arguments)
    machine = describe_machine()
    outcomes, failures = asyncio.run(_take(options.names, QUICK if options.quick else FULL))
    report = json.dumps(
        {
            "schema": REPORT_VERSION,
            "quick": options.quick,
            "machine": machine,
            "outcomes": [asdict(outcome) for outcome in outcomes],
            "failures": failures,
        },
        indent=2,
        ensure_ascii=False,
    )
    if options.output is not None:
        options.output.write_text(report + "\n", encoding="utf-8")
    print(render(outcomes), file=sys.stderr if options.json else sys.stdout)
    if options.json:
        print(report)
    return 1 if failures else 0


def _parse(arguments: Sequence[str] | None) -> Namespace:
    parser = ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help=f"which measures: {', '.join(MEASURES)} (all)"
    )
    parser.add_argument("--json", action="store_true", help="print JSON; the table goes to stderr")
    parser.add_argument("--output", type=Path, metavar="FILE", help="write the JSON to FILE")
    parser.add_argument("--quick", action="store_true", help="only show that each measure works")
    options = parser.parse_args(arguments)
    unknown = sorted(set(options.names) - set(MEASURES))
    if unknown:
        parser.error(f"no measure is called {', '.join(unknown)}; there are {', '.join(MEASURES)}")
    return options


async def _take(names: Sequence[str], scale: Scale) -> tuple[list[Outcome], dict[str, JSON]]:
    """Return what was found, and why other measures could not be taken."""
    outcomes: list[Outcome] = []
    failures: dict[str, JSON] = {}
    for name in names or MEASURES:
        began = perf_clock()
        try:
            outcomes += await MEASURES[name](scale)
        except BenchError as error:
            failures[name] = str(error)
        verdict = f"failed: {failures[name]}" if name in failures else "taken"
        print(f"{name}: {verdict} in {perf_clock() - began:.0f} s", file=sys.stderr)
    return outcomes, failures


if __name__ == "__main__":
    sys.exit(main())
