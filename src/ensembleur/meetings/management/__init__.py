"""Commands of the meetings domain."""
