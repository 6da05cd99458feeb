"""Loaded once by the process that all others are forks of."""

import kiosk.cli
import kiosk.store.migrate
import kiosk.sync.enrol
import kiosk.sync.sync
import kiosk.usecases.claims
import kiosk.usecases.contributions
import kiosk.usecases.workers
import server.app
import server.store.database
import server.store.keys
import server.usecases.centre

__all__ = ["kiosk", "server"]
