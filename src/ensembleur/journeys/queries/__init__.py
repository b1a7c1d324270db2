"""What is looked up on journeys, across tables and from the domains below."""
