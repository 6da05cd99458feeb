"""The fault suite (`make faults`): what can go wrong between a counter and its centre is made to go wrong, and after
each time nothing may be lost, nothing may count twice, every chain must be whole and all ledgers equal.

Nothing of the program is replaced: the counter's encrypted database, HTTP over TCP and TLS, the centre's web program in
a process of its own, a PostgreSQL that writes through to the disk."""
