"""What is looked up about an event across its tables."""
