"""People, organisations, roles on a perimeter, and the journal of acts."""
