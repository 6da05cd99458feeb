"""What every route stands on: bodies within their limits, and pages with one look."""
