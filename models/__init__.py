"""What is true, for the counter and the centre alike: rules, journal, ledger, posting, messages."""
