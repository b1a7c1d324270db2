"""Tests of the schemes domain."""
