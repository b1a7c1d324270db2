"""The published schemes: one file each, with its sources."""
