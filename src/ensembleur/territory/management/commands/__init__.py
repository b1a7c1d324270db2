"""Commands of the territory domain."""
