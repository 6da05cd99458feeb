"""Messages between counter and centre, and the versions of the protocol."""
