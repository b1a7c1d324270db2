"""The day of an event."""
