"""Commands of the layout."""
