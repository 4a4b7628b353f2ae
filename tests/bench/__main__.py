"""``python -m tests.bench [NAME…] [--json] [--output FILE] [--quick]``.

Measures what the product promises, beside plain aiortc doing the same work in the same run,
each side in a process of its own: some eleven minutes on a machine that should be otherwise
idle (what others took of it is told). The figures are printed and never asserted: the status
is 1 only if a measure could not be taken.
"""

import asyncio
import json
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from aicall_cli.clock import perf_clock
from tests.bench.background import BUSY_SHARE, Background
from tests.bench.catalogue import MEASURES
from tests.bench.machine import describe_machine
from tests.bench.outcome import BenchError, Outcome
from tests.bench.scale import FULL, QUICK, Scale
from tests.bench.table import render

REPORT_VERSION = 1


@dataclass(frozen=True, slots=True)
class _Report:
    outcomes: list[Outcome] = field(default_factory=list)
    failures: dict[str, str] = field(default_factory=dict)
    """Why a measure could not be taken, by its name."""
    background: dict[str, float | None] = field(default_factory=dict)
    """The share of the machine that others used during each measure."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Take the measures that ``arguments`` name and print them; return the exit status."""
    options = _parse(arguments)
    machine = describe_machine()
    report = asyncio.run(_take(options.names, QUICK if options.quick else FULL))
    fields = {
        "schema": REPORT_VERSION,
        "quick": options.quick,
        "machine": machine,
        **asdict(report),
    }
    text = json.dumps(fields, indent=2, ensure_ascii=False)
    if options.output is not None:
        options.output.write_text(text + "\n", encoding="utf-8")
    print(render(report.outcomes), file=sys.stderr if options.json else sys.stdout)
    if options.json:
        print(text)
    return 1 if report.failures else 0


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


async def _take(names: Sequence[str], scale: Scale) -> _Report:
    report = _Report()
    for name in names or MEASURES:
        began, background = perf_clock(), Background()
        try:
            report.outcomes.extend(await MEASURES[name](scale))
        except BenchError as error:
            report.failures[name] = str(error)
        share = report.background[name] = background.share()
        verdict = f"failed: {report.failures[name]}" if name in report.failures else "taken"
        print(
            f"{name}: {verdict} in {perf_clock() - began:.0f} s{_warning(share)}", file=sys.stderr
        )
    return report


def _warning(share: float | None) -> str:
    if share is None or share <= BUSY_SHARE:
        return ""
    return f"; not idle: other processes took {share:.0%} of the machine"


if __name__ == "__main__":
    sys.exit(main())
