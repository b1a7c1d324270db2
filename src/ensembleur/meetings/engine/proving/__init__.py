"""Proves that no timetable of the same meetings has fewer breaks, or finds one that has: two engines race in processes of their own."""

from ensembleur.meetings.engine.proving.race import prove as prove
