"""Is a scheme open that day: which version applies, which window, and when it opens or since when it is closed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from ensembleur.schemes.engine.scheme import Scheme, Version, Window

ONE_DAY = timedelta(days=1)
SHUT = ("suspended", "ended")  # versions that take no file, whatever their dates


@dataclass(frozen=True)
class Opening:
    """What stands on a day. `version` : the one that applies, or the nearest one when none does; None when none was known.

    opens_on : the next day files will be taken.   closed_since : the first day they no longer were.   closes_on : the last day
    they are.   why : "open", "suspended", "ended", "between" (two windows), "before" (not born), "after", "unheard" (not known).
    """

    version: Version | None
    is_open: bool
    why: str
    opens_on: date | None = None
    closed_since: date | None = None
    closes_on: date | None = None
    window: Window | None = None


def opening_on(scheme: Scheme, as_of: date, known_on: date | None = None) -> Opening:
    """The opening on `as_of`, as published on `known_on`; None means as we know it now, texts since withdrawn left out."""
    known = [version for version in scheme.versions if _is_known(version, known_on)]
    effective = [version for version in known if as_of in version.effective]
    later = [version for version in known if version.effective.start is not None and version.effective.start > as_of]
    earlier = [version for version in known if version.effective.end is not None and version.effective.end <= as_of]
    next_one = min(later, key=_start, default=None)
    last_one = max(earlier, key=lambda version: version.effective.end or date.min, default=None)
    opens_on = _first_day(next_one) if next_one is not None and next_one.status not in SHUT else None
    if effective:
        opening = _within(max(effective, key=_start), as_of, known)
        is_over = opening.why in ("between", "ended") and opening.opens_on is None
        return replace(opening, opens_on=opens_on) if is_over else opening
    closed_since = last_one.effective.end if last_one is not None else None
    if last_one is None and next_one is None:
        return Opening(None, False, "unheard")
    return Opening(last_one or next_one, False, "after" if last_one is not None else "before", opens_on, closed_since)


def _is_known(version: Version, known_on: date | None) -> bool:
    return version.published.end is None if known_on is None else known_on in version.published


def _goes_on(day: date, known: list[Version]) -> bool:
    """Whether another text takes files from that day on: the rules change then, the scheme does not close."""
    return any(
        version.effective.start == day
        and version.status not in SHUT
        and (not version.windows or any(window.takes(day) for window in version.windows))
        for version in known
    )


def _start(version: Version) -> date:
    return version.effective.start or date.min


def _first_day(version: Version) -> date | None:
    opens = [window.opens for window in version.windows if window.opens is not None]
    return max(min(opens), _start(version)) if opens else version.effective.start


def _within(version: Version, as_of: date, known: list[Version]) -> Opening:
    if version.status in SHUT:
        return Opening(version, False, version.status)
    end = version.effective.end
    last_day = None if end is None or _goes_on(end, known) else end - ONE_DAY
    if not version.windows:
        return Opening(version, True, "open", closes_on=last_day)
    for window in version.windows:
        if window.takes(as_of):
            closes = min((day for day in (window.closes, last_day) if day is not None), default=None)
            return Opening(version, True, "open", closes_on=closes, window=window)
    later = [window for window in version.windows if window.opens is not None and window.opens > as_of]
    earlier = [window for window in version.windows if window.closes is not None and window.closes < as_of]
    next_one = min(later, key=lambda window: window.opens or as_of, default=None)
    last_one = max(earlier, key=lambda window: window.closes or as_of, default=None)
    return Opening(
        version,
        False,
        "between",
        next_one.opens if next_one is not None else None,
        last_one.closes + ONE_DAY if last_one is not None and last_one.closes is not None else None,
        window=next_one or last_one,
    )
