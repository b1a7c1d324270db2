"""Tests of visits and tours."""
