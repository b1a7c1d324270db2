"""Commands of the journeys domain."""
