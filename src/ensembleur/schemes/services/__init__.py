"""What happens to schemes and facts: one file per kind of act."""
