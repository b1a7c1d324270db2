"""Makers of records for tests, one module a domain."""
