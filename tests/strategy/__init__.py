"""Tests of the strategy domain."""
