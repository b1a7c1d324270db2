"""How long a group takes from one site to the next, in slots: two visits of one group stand at least that far apart."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import combinations, pairwise
from math import asin, ceil, cos, radians, sin, sqrt

from ensembleur.meetings.engine.problem import Gap, Problem
from ensembleur.meetings.models import Attendee, Event, Slot, VisitOffer

# An assumption of ours, not a measure: a coach in town, its passengers getting on and off, as the crow flies. On the slow side, for a
# group that comes late loses its visit, while one that comes early only waits.
KM_PER_HOUR = 20.0
EARTH_KM = 6371.0
Point = tuple[float, float]


def sites_of(event: Event, attendees: Mapping[int, Attendee]) -> dict[str, Point]:
    """{guide: where the visit is, longitude and latitude}; a site without position has none."""
    where = {
        pk: (longitude, latitude)
        for pk, longitude, latitude in VisitOffer.objects.filter(
            registration__event=event, longitude__isnull=False, latitude__isnull=False
        ).values_list("registration_id", "longitude", "latitude")
    }
    return {f"a{pk}": where[one.registration_id] for pk, one in attendees.items() if one.registration_id in where}


def gaps_of(problem: Problem, sites: Mapping[str, Point], slots: Sequence[Slot]) -> tuple[Gap, ...]:
    """How far apart the visits of one group stand; those of one site, and of a site without position, may follow each other."""
    step = min(((two.starts_at - one.starts_at).total_seconds() / 60 for one, two in pairwise(slots)), default=60.0)
    visits = defaultdict(list)
    for meeting in problem.meetings:
        for name in meeting.attendees:
            if name not in sites:
                visits[name].append(meeting)
    found = []
    for several in visits.values():
        for one, other in combinations(several, 2):
            ends = [next((sites[name] for name in meeting.attendees if name in sites), None) for meeting in (one, other)]
            if ends[0] is not None and ends[1] is not None and ends[0] != ends[1]:
                minutes = distance_km(ends[0], ends[1]) / KM_PER_HOUR * 60
                found.append(Gap(one.id, other.id, 1 + ceil(minutes / step), ordered=False))
    return tuple(found)


def distance_km(one: Point, other: Point) -> float:
    """The great-circle distance."""
    (x1, y1), (x2, y2) = (tuple(map(radians, point)) for point in (one, other))
    half = sin((y2 - y1) / 2) ** 2 + cos(y1) * cos(y2) * sin((x2 - x1) / 2) ** 2
    return 2 * EARTH_KM * asin(sqrt(half))
