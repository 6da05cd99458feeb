"""What counters may ask of the centre."""
