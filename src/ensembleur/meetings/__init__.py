"""Forums, job datings, visits and fairs: from wishes to a proved timetable, then to what came of each meeting."""
