"""`loket`: the window at the counter, or one command without it."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from models.rules.problems import Trouble


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command, or open the window when none is given. Returns the exit code."""
    from kiosk.cli import main_without_window, window_folder
    from kiosk.cli.console import TROUBLE

    is_program = arguments is None
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    folder = window_folder(arguments)
    if is_program:
        from models.process import keep_memory_private, leave_no_dump

        leave_no_dump() if folder is None else keep_memory_private()
    if folder is None:
        return main_without_window(arguments)
    try:
        from ui.app import run

        return run(folder)
    except ImportError as error:
        print(f"Jendela loket tidak dapat dimuat ({error}). Pasang kembali program ini.", file=sys.stderr)
    except Trouble as trouble:
        from models.sentences import trouble_sentence

        print(trouble_sentence(trouble), file=sys.stderr)
    return TROUBLE


if __name__ == "__main__":
    sys.exit(main())
