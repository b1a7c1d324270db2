"""What is seen of an event."""
