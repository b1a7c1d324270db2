"""The whole annual report of a strategy, as plain data: what the PDF, the page and the data package are made from."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from ensembleur.periods import paris_day
from ensembleur.strategy.engine.charts.content import Series
from ensembleur.strategy.engine.content import Fund, Label, NodeKind, Stage, Text
from ensembleur.strategy.engine.content import Node as Part
from ensembleur.strategy.engine.labels import label_word
from ensembleur.strategy.engine.report.content import Act, Alert, Identity, Report, Sheet, State
from ensembleur.strategy.engine.wording import FUND_WORDS, STAGE_WORDS, phrase, show_amount
from ensembleur.strategy.models import StrategyVersion
from ensembleur.strategy.queries.acts import PublicAct, Written, latest_acts, written_acts
from ensembleur.strategy.queries.annual.chapters import changes, eu_rows, issues
from ensembleur.strategy.queries.annual.figures import exact, indicator_row
from ensembleur.strategy.queries.annual.method import code_hash, data_hash, hashes, method
from ensembleur.strategy.queries.annual.places import Released
from ensembleur.strategy.queries.annual.purse import purse
from ensembleur.strategy.queries.annual.sight import Sight
from ensembleur.strategy.queries.content import Held, content_of
from ensembleur.strategy.queries.overview import overview_of
from ensembleur.strategy.queries.room import Room
from ensembleur.strategy.queries.series import series_of
from ensembleur.strategy.queries.states import Seen
from ensembleur.territory.models import Region

EURO = Text("€", "euro")
ALERTS, CURVES = 3, 2  # on the first page; in the sheet of a measure


def held_on(held: Held, as_of: date) -> Held:
    """The strategy as its file said it on that day; the first version when it was loaded later."""
    rows = StrategyVersion.objects.filter(strategy=held.row).order_by("number").values_list("pk", "number", "loaded_at")
    known = [(pk, number) for pk, number, at in rows if paris_day(at) <= as_of] or [(pk, number) for pk, number, _at in rows[:1]]
    pk, number = known[-1]
    return Held(held.row, number, content_of(pk))


def annual_report(held: Held, *, year: int, as_of: date, address: str = "", is_fictional: bool = False) -> Report:
    """The report of a year: what was known of its last day, or of `as_of` while it runs.

    address : where the page is.   is_fictional : what operations say is invented, as in a demonstration, and the report says so.
    The same records give the same report. Once its day is locked, what is recorded afterwards no longer changes it.
    """
    sight = Sight.of(held_on(held, as_of), as_of=as_of, year=year)
    released, found, written = Released(sight), hashes(sight.held, as_of), written_acts(sight.held, sight.known_at)
    region = Region.objects.filter(pk=held.row.region).values_list("name", flat=True).first() or held.row.region
    content = sight.held.content
    return Report(
        identity=Identity(
            held.row.pk,
            content.title,
            Text(region, region),
            year,
            as_of,
            data_hash(found),
            code_hash(),
            address,
            is_fictional or held.row.is_fictional,
        ),
        state=_state(sight),
        money=purse(sight.money, sight.money_en, whole=True),
        sheets=tuple(_sheet(sight, part, parent, released, written) for part, parent in sight.measures),
        places=released.table(_headlines(sight), code="territoires"),
        eu=tuple(eu_rows(sight)),
        changes=tuple(changes(sight)),
        issues=tuple(issues(sight)),
        method=method(),
        documents=tuple(sorted(content.documents.items())),
        hashes=found,
    )


def _headlines(sight: Sight) -> list[Seen]:
    """The indicators above the measures, targets first."""
    above = [part for part in sight.held.content.nodes() if part.kind is not NodeKind.MEASURE]
    found = [one for part in above for one in sight.fr.of(part)]
    return sorted(found, key=lambda one: not one.sheet.targets)


def _state(sight: Sight) -> State:
    promised = [one for one in _headlines(sight) if one.sheet.targets]
    promised += [one for part, _parent in sight.measures for one in sight.fr.of(part) if one.sheet.targets][
        : max(0, 8 - len(promised))
    ]
    overview = overview_of(sight.fr)
    return State(
        targets=tuple(indicator_row(sight, one) for one in promised),
        alerts=tuple(_alerts(sight))[:ALERTS],
        summary=Text(_tally(sight, "fr"), _tally(sight, "en")),
        overview=overview if overview.rows else None,
    )


def _tally(sight: Sight, lang: str) -> str:
    """« 28 mesures : 3 sur leur trajectoire… »: how many stand where, never averaged."""
    counts, total = sight.fr.counts(), len(sight.measures)
    if lang == "en":
        return (
            f"{total} measure{'' if total == 1 else 's'}: {counts['yes']} on {'its' if counts['yes'] == 1 else 'their'} path, "
            f"{counts['no']} behind or not reached, {counts['unknown']} not known, "
            f"{counts['none']} with no target in figures."
        )
    return phrase(
        "fr",
        f"{total} mesure{'s' if total > 1 else ''} : {counts['yes']} sur {'leur' if counts['yes'] > 1 else 'sa'} trajectoire, "
        f"{counts['no']} en retard ou non atteinte{'s' if counts['no'] > 1 else ''}, {counts['unknown']} dont on ne sait pas, "
        f"{counts['none']} sans cible chiffrée.",
        "",
    )


def _alerts(sight: Sight) -> Iterable[Alert]:
    """The most pressing alerts that anybody may read, told in both languages."""
    root = sight.held.content.root
    fr, en = (Room(now, root, money, None).alerts for now, money in ((sight.fr, sight.money), (sight.en, sight.money_en)))
    english = {(one.code, one.node, one.indicator, one.since): one for one in en}
    for one in fr:
        other = english.get((one.code, one.node, one.indicator, one.since), one)
        yield Alert(Text(one.says, other.says), Text(one.rule, other.rule), one.indicator or one.node)


def _sheet(sight: Sight, part: Part, parent: Part, released: Released, written: Written) -> Sheet:
    mine = list(sight.fr.of(part))
    money, money_en = sight.money_below(part)
    known = purse(money, money_en, whole=False)
    acts = latest_acts(sight.held, part, mine, money.rows, as_of=sight.as_of, most=6, written=written)
    steps = [remark for remark in part.remarks if remark.kind == "next_step"]
    partners = {partner.id: partner.name for partner in sight.held.content.partners}
    places = released.table(mine, code=part.code)
    return Sheet(
        code=part.code,
        title=part.title,
        parent=parent.title,
        standing=sight.standing(sight.fr.state(part), sight.en.state(part)),
        owner=", ".join(owner.name for owner in part.owners),
        partners=tuple(partners.get(name, name) for name in part.partners),
        citation=part.citation,
        summary=part.summary,
        indicators=tuple(indicator_row(sight, one) for one in mine),
        series=tuple(_curves(sight, mine)),
        places=places if places.rows else None,
        money=known if known.lines else None,
        acts=tuple(_act(act) for act in acts if act.on.year == sight.year),
        next_step=steps[0].says if steps else None,
    )


def _curves(sight: Sight, mine: list[Seen]) -> Iterable[Series]:
    """The lines worth drawing: two points at least, a target and a value failing that."""
    drawn = [series_of(sight.fr, one) for one in mine]
    worth = [one for one in drawn if len(one.points) + len(one.goals) > 1 and one.points]
    return worth[:CURVES]


def _act(act: PublicAct) -> Act:
    """What was done, in one sentence."""
    thing = act.thing
    if act.kind == "decision":
        return Act(act.on, Text(thing.text, thing.text))
    if act.kind == "change":
        return Act(act.on, Text(thing["says"], thing["says"]))  # kept in the language of the records
    if act.kind == "money" and act.count > 1:
        return Act(act.on, Text(f"{act.count} montants importés", f"{act.count} amounts imported"))
    if act.kind == "money":
        fund, stage = FUND_WORDS[Fund(thing.fund)], STAGE_WORDS[Stage(thing.stage)]
        told = [f"{show_amount(thing.amount_eur, EURO, lang)} {stage.into(lang)} ({fund.into(lang)})" for lang in ("fr", "en")]
        return Act(act.on, Text(*told))
    if act.kind == "table":
        return Act(act.on, Text("Tableau par territoire diffusé", "Table by territory released"))
    assert act.about is not None
    unit, label = act.about.sheet.unit, Label(thing.label)
    told = [f"{show_amount(exact(thing.value) or Decimal(0), unit, lang)} ({label_word(label, lang)})" for lang in ("fr", "en")]
    return Act(act.on, Text(f"Valeur : {told[0]}", f"Value: {told[1]}"))
