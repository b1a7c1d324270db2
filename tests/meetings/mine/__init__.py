"""A person on the day: their agenda, its calendar, its letters, their badge."""
