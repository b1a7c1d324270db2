"""Tests of the journeys domain."""
