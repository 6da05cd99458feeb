"""One function per thing a clerk does, one file per subject."""
