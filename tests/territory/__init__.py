"""Tests of the territory domain."""
