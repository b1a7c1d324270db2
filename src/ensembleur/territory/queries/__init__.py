"""What is looked up in the register."""
