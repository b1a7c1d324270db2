"""The files of a timetable: our JSON, described by a JSON Schema, and the `.dzn` of the academic instances."""
