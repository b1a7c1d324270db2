"""Who enters and who acts: the lines of desk."""

from __future__ import annotations

from datetime import date

from tests.house.who import ANYONE, SIGNED_IN, Act, Page, everywhere, here, of

LEADS, NAMED = here("adviser", "admin"), here("adviser", "admin", "officer")
CREATORS = ("adviser", "officer", "admin")
DRAFT = {
    "kind": "forum", "title": "Forum fictif de Sannois", "starts_on": "2027-03-02", "ends_on": "2027-03-02", "commune": "95018",
    "organised_by_name": "Organisme fictif",
}  # fmt: skip
DAY = date(2027, 1, 12)
SETTINGS = {"title": "Forum fictif", "starts_on": DAY, "ends_on": DAY, "commune": "95018", "organised_by_name": "Organisme"}

PAGES: dict[str, Page] = {
    "meetings:list": Page(see=ANYONE),
    "meetings:points": Page(see=ANYONE),
    "meetings:event": Page(see=ANYONE, named={"slug": "event_slug"}),
    "meetings:new_event": Page(see=everywhere(*CREATORS), act=here(*CREATORS), data=DRAFT),
    "meetings:mine": Page(see=SIGNED_IN),
    "meetings:desk": Page(see=NAMED, named={"slug": "event_slug"}),
    "meetings:desk_move": Page(act=LEADS, named={"slug": "event_slug"}, data={"to": "timetable"}),
    "meetings:desk_list": Page(see=NAMED, named={"slug": "event_slug", "name": "sans-voeu"}),
    "meetings:desk_event": Page(see=LEADS, act=LEADS, named={"slug": "event_slug"}),
    "meetings:desk_slots": Page(see=LEADS, act=LEADS, named={"slug": "event_slug"}),
    "meetings:desk_places": Page(see=LEADS, act=LEADS, named={"slug": "event_slug"}),
    "meetings:desk_place": Page(see=LEADS, act=LEADS, named={"slug": "event_slug", "place": "event_place"}),
    "meetings:desk_organisers": Page(see=LEADS, act=LEADS, named={"slug": "event_slug"}),
}
ACTS: dict[str, Act] = {
    "meetings.events.create_event": Act(here(*CREATORS), {"kind": "forum", "given": SETTINGS}),
    "meetings.events.edit_event": Act(LEADS, of("event", given={"title": "Autre titre"})),
    "meetings.events.move_event": Act(LEADS, of("event", to="timetable")),
    "meetings.slots.set_slots": Act(LEADS, of("event", spans=[])),
    "meetings.places.add_places": Act(LEADS, of("event", count=2, kind="table", prefix="Hall")),
    "meetings.places.edit_place": Act(LEADS, {"place": "=event_place", "given": {"quiet": True}}),
    "meetings.places.remove_places": Act(LEADS, of("event", places=[])),
    "meetings.organisers.name_organiser": Act(LEADS, of("event", email="personne@test.example", role="staff")),
    "meetings.organisers.remove_organiser": Act(LEADS, of("organiser")),
}
ABOVE: dict[str, str] = {}
