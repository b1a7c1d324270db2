"""What is computed about a strategy: pure, never Django."""
