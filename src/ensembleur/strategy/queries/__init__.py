"""What is looked up about a strategy."""
