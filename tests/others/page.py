"""Writes the list of disagreements into docs/identity-rules.md, below its last heading.

Run as a module from `tests/` after `disagreements.json` has changed.
"""

from __future__ import annotations

import json
from pathlib import Path

HERE = Path(__file__).parent
PAGE = HERE.parents[1] / "docs" / "identity-rules.md"
HEADING = "## Where others decide otherwise\n"
RIGHT = {"ours": "Ours is right.", "either": "Either may be."}


def section() -> str:
    """The list in Markdown: one reason, then every difference it settles."""
    parts = []
    for reason in json.loads((HERE / "disagreements.json").read_text(encoding="utf-8")):
        rows = [
            f"| {d['them']} | {d['asked']} | {d['aspect']} | {d['ours'] or '(empty)'} | {d['theirs'] or '(empty)'} |"
            for d in reason["differences"]
        ]
        table = "\n".join(["| implementation | asked for | aspect | ours | theirs |", "|---|---|---|---|---|", *rows])
        parts.append(f"**{RIGHT[reason['right']]}** {reason['why']}\n\n{table}\n")
    return "\n".join(parts)


def with_list(page: str) -> str:
    """The page with the list as it stands in the data."""
    return page.partition(HEADING)[0] + HEADING + "\n" + section()


if __name__ == "__main__":
    PAGE.write_text(with_list(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
