"""What happens to a strategy."""
