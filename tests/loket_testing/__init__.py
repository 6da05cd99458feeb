"""What several tests share: journals of pretend counters, a clock that is set by hand."""
