"""The history of the counter's tables: run by `kiosk.store.store`, under the exclusive lock, after a copy."""
