"""Published content of the territory domain, each file with its source."""
