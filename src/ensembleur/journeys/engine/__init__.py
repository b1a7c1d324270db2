"""What is computed on a journey: scores and plans, without Django."""
