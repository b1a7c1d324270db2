"""Registering for events, and what leaves or comes in as files."""
