"""Tests of what came of the meetings."""
