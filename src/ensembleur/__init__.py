"""Ensembleur, the open platform that runs a regional industrial strategy."""
