"""The domain of aids as dated rules."""
