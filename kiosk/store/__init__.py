"""The counter's encrypted database: key slots, locks, migrations, and connections."""
