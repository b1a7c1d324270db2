"""What happens to accounts: one file per kind of act."""
