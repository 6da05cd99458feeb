"""A machine's clocks, set by hand."""

from __future__ import annotations

from dataclasses import dataclass, field

from kiosk.store.lockout import Clocks


@dataclass
class Watch:
    """Wall clock, seconds since boot and the boot's name, as `Clocks` asks for them."""

    wall: float = 1_800_000_000.0
    since_boot: float = 1_000.0
    boot: str = "first"
    clocks: Clocks = field(init=False)

    def __post_init__(self) -> None:
        self.clocks = Clocks(lambda: self.wall, lambda: self.since_boot, lambda: self.boot)

    def pass_by(self, seconds: float) -> None:
        self.wall += seconds
        self.since_boot += seconds

    def restart(self, boot: str) -> None:
        self.boot, self.since_boot = boot, 5.0
