"""The catalogue of schemes: its files, its dated cases, its thresholds."""
