"""What people type about an event, read once."""
