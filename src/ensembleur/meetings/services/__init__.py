"""What happens to an event: one function an act."""
