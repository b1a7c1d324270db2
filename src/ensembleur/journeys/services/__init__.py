"""What happens on a journey: one file per kind of act."""
