"""Tests of fairs."""
