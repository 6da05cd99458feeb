"""What the centre does, one file per subject."""
