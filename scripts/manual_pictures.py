"""Pictures of the handbook: the screens it shows, taken by scripts/shots.py, small enough to keep in the repository.

    python scripts/demo.py --without-screen     # leaves a counter that has just been synchronised in build/screens
    python scripts/manual_pictures.py

Screens that need a centre come from that demo morning, all others from the made-up counter of shots.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from scripts import shots  # noqa: E402

PICTURES = ROOT / "docs" / "manual" / "images"
SIZE = (1366, 768)
COLOURS = 256
TAKEN = {
    "sign-in": "sign-in",
    "locked": "locked",
    "home": "home",
    "worker": "worker",
    "cover-move": "cover-move",
    "tasks": "tasks",
    "register-scanned": "register-scanned",
    "register-page": "register-page",
    "documents": "documents",
    "documents-blurred": "documents-blurred",
    "import-columns": "import-columns",
    "import-tried": "import-tried",
    "register-misread": "register-misread-meant",
    "register-alike": "register-alike",
    "worker-alike": "worker-alike",
    "worker-conflict": "worker-conflict",
    "worker-changes": "worker-changes",
    "payment-several": "payment-several",
    "claim": "claim",
    "claims": "claims",
    "till-counting": "till-counting",
    "till-review": "till-review",
    "books": "books",
    "paper": "paper",
    "check": "check",
    "sync-enrol": "sync",
    "staff": "staff",
    "holdings": "holdings",
    "backups": "backups",
    "printers": "printers",
}
"""Picture of the handbook → the shot it is."""
UNSEEN = (
    "till-shut",
    "payment",
    "payment-done",
    "claim-done",
    "register-misread",
    "worker-join",
    "worker-joined",
)
"""Shots that only bring the next one about."""
MORNING = {"payment": "bayar", "payment-done": "kuitansi", "sync": "sinkron"}
"""Picture of the handbook → the demo's screen it is."""


def main() -> int:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    screens = ROOT / "build" / "screens"
    morning = {picture: found for picture, screen in MORNING.items() for found in screens.glob(f"*-{screen}.png")}
    if missing := MORNING.keys() - morning.keys():
        print(f"No {', '.join(sorted(missing))}: run scripts/demo.py --without-screen first.", file=sys.stderr)
        return 3
    PICTURES.mkdir(parents=True, exist_ok=True)
    before, shots.SHOTS[0] = shots.SHOTS[0], ("sign-in", _sign_in)
    assert before[0] == "sign-in"
    with tempfile.TemporaryDirectory() as folder:
        shots.shoot([*TAKEN.values(), *UNSEEN], Path(folder), SIZE)
        for picture, shot in TAKEN.items():
            _keep(Path(folder) / f"{shot}.png", picture)
    for picture, taken in morning.items():
        _keep(taken, picture)
    return 0


def _sign_in(stage: shots.Stage) -> None:
    """The sign-in, its data where a real counter has it: the made-up one lies in a folder of a moment."""
    shots.sign_in(stage)
    page = stage.shell.centralWidget().currentWidget()  # type: ignore[union-attr]
    page.set_place(page.foot.text().partition(": ")[0] + ": /home/loket/.local/share/loket-pmi")


def _keep(taken: Path, picture: str) -> None:
    path = PICTURES / f"{picture}.png"
    with Image.open(taken) as image:
        small = image.convert("RGB").quantize(COLOURS, kmeans=4, dither=Image.Dither.NONE)
    small.save(path, optimize=True)
    print(f"{path.relative_to(ROOT)}  {path.stat().st_size // 1000} kB")


if __name__ == "__main__":
    sys.exit(main())
