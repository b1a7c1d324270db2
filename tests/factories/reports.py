"""An annual report of an invented region, complete in every part, its length chosen."""

from __future__ import annotations

import hashlib
from datetime import date
from decimal import Decimal

from ensembleur.sources import Source
from ensembleur.strategy.engine.charts.content import Bar, Bars, Execution, Goal, Overview, Point, Series, Spent, Way
from ensembleur.strategy.engine.content import Citation, Fund, Label, Stage, Text
from ensembleur.strategy.engine.report.content import (
    Act,
    Alert,
    Cell,
    Change,
    Column,
    EuRow,
    Figure,
    Forecast,
    Hash,
    Identity,
    IndicatorRow,
    Issue,
    Money,
    MoneyLine,
    Paragraph,
    PlaceRow,
    PlaceTable,
    Report,
    Risk,
    Sheet,
    Standing,
    State,
)

YEAR = 2031
DAY = date(YEAR, 12, 31)
COMPANIES = Text("entreprises", "companies")
ON_TIME = Standing(
    "yes",
    Text("Dans les temps", "On time"),
    Text("L'avancement atteint ce qui était attendu à cette date.", "Progress is at least what was expected by then."),
)
LATE = Standing(
    "no",
    Text("En retard", "Late"),
    Text(
        "L'avancement est à plus de dix points sous ce qui était attendu à cette date.",
        "Progress is more than ten points below what was expected by then.",
    ),
)
STALE = Standing(
    "unknown",
    Text("Valeur périmée", "Stale value"),
    Text("La dernière valeur aurait dû être remplacée.", "A newer value was due."),
)
NOT_MEASURED = Standing(
    "closed", Text("Non mesuré", "Not measured"), Text("Rien ne mesure encore cet indicateur.", "Nothing measures this yet.")
)
STANDINGS = (ON_TIME, LATE, ON_TIME, STALE, NOT_MEASURED)
DEPARTEMENTS = (
    ("X1", "Val-d'Orle"),
    ("X2", "Haute-Brème"),
    ("X3", "Montagne-Grise-et-Plaine-des-Œuvres"),
    ("X4", "Îles-du-Confluent"),
    ("X5", "Basse-Brème"),
    ("X6", "Trois-Étangs"),
    ("X7", "Pays-de-l'Aune"),
    ("X8", "Coteaux-du-Nord"),
)
TITLES = (
    ("Accompagner les ateliers vers l'industrie du futur", "Guide workshops towards the industry of the future"),
    ("Former les demandeurs d'emploi aux métiers de la mécanique", "Train job seekers in mechanical trades"),
    (
        "Rapprocher les laboratoires, les écoles d'ingénieurs et les petites entreprises autour d'équipements partagés, y compris hors des grandes agglomérations",
        "Bring laboratories, engineering schools and small companies together around shared equipment, also away from large towns",
    ),
    ("Trouver des locaux", "Find premises"),
)


def sha(word: str) -> str:
    """A hash for a made-up input."""
    return hashlib.sha256(word.encode()).hexdigest()


def indicator(number: int, rank: int = 0) -> IndicatorRow:
    """An indicator; every fifth is not measured."""
    standing = STANDINGS[(number + rank) % len(STANDINGS)]
    measured = standing is not NOT_MEASURED
    value = Decimal(40 + 17 * number + 3 * rank) if measured else None
    target = Decimal(500)
    return IndicatorRow(
        code=f"M{number}.i{rank}",
        title=Text("Entreprises accompagnées", "Companies guided")
        if rank == 0
        else Text(f"Diagnostics achevés, vague {rank}", f"Diagnoses completed, wave {rank}"),
        figure=Figure(value, COMPANIES, Label.OBSERVED if rank % 2 == 0 else Label.DECLARED, DAY if measured else None),
        standing=standing,
        target=target,
        due=date(YEAR + 2, 12, 31),
        baseline=Decimal(0),
        progress=value / target if value is not None else None,
        expected=Decimal("0.6"),
        source=Text("dossiers de la plateforme", "files of the platform") if measured else None,
        is_stale=standing is STALE,
        next_due=date(YEAR, 9, 30) if standing is STALE else date(YEAR + 1, 3, 31),
        needs=None if measured else Text("les entrées en formation", "enrolments in training"),
        remark=Text("le texte donne aussi 480", "the text also says 480") if rank == 1 else None,
    )


def series(number: int, rank: int = 0) -> Series:
    """Four years of values, two of which are declared."""
    return Series(
        code=f"serie-m{number}-{rank}",
        title=Text("Entreprises accompagnées", "Companies guided")
        if rank == 0
        else Text("Diagnostics achevés", "Diagnoses completed"),
        unit=COMPANIES,
        points=(
            *(
                Point(date(year, 12, 31), Decimal(30 + (year - 2027) * (12 + number)), Label.OBSERVED)
                for year in range(2028, YEAR + 1)
            ),
            Point(date(2030, 12, 31), Decimal(260), Label.DECLARED),
            Point(DAY, Decimal(310), Label.DECLARED),
        ),
        goals=(Goal(date(YEAR, 12, 31), Decimal(450), is_superseded=True), Goal(date(YEAR + 2, 12, 31), Decimal(500))),
        start=(date(2028, 1, 1), Decimal(0)),
    )


def money(code: str, scale: int = 1) -> Money:
    """Two funds over three years, one amount that nobody knows."""
    lines = tuple(
        MoneyLine(
            fund,
            year,
            Decimal(12_000_000 * scale),
            Decimal(9_450_000 * scale),
            Decimal(7_204_310 * scale) if year < YEAR else None,
            Decimal(412_500 * scale),
        )
        for fund in (Fund.REGION, Fund.ERDF)
        for year in (2029, 2030, YEAR)
    )
    stages = (Stage.PROGRAMMED, Stage.VOTED, Stage.COMMITTED, Stage.PAID)
    curve = tuple(
        Spent(date(year, 12, 31), stage, Decimal((year - 2027) * (9 - 2 * rank) * 4_100_000))
        for year in range(2028, YEAR + 1)
        for rank, stage in enumerate(stages)
    )
    return Money(
        lines,
        Decimal("1.38"),
        Text(
            "Privé et Europe rapportés à la Région, sur les montants engagés.", "Private and EU over the Region, on commitments."
        ),
        (Forecast(YEAR + 1, Decimal(28_400_000), Text("Moyenne des trois dernières années.", "Mean of the last three years.")),),
        (Risk(Fund.ERDF, date(YEAR + 1, 12, 31), Decimal(3_150_000), Text("Règle n + 3.", "Rule n + 3.")),) if scale > 1 else (),
        Execution(f"argent-{code}", Text("Exécution du budget", "Execution of the budget"), curve) if scale > 1 else None,
    )


def places(code: str, columns: int = 2, *, drawn: bool = True) -> PlaceTable:
    """Eight départements; two cells of the first column are hidden, one is not known."""
    heads = (
        Column(Text("Entreprises", "Companies"), COMPANIES, Label.OBSERVED),
        Column(Text("Subventions", "Grants"), Text("€", "€"), Label.PAID),
        Column(Text("Emplois attendus", "Jobs expected"), Text("emplois", "jobs"), Label.DECLARED),
        Column(Text("Diagnostics", "Diagnoses"), Text("diagnostics", "diagnoses"), Label.OBSERVED),
    )[:columns]

    def cell(row: int, column: int) -> Cell:
        if (row, column) == (1, 0):
            return Cell(None, "few")
        if (row, column) in {(4, 0), (1, 2)}:
            return Cell(None, "secondary")
        if (row, column) == (6, 0):
            return Cell(None)
        return Cell(Decimal((row + 2) * (7 if column != 1 else 1_204_500)))

    rows = tuple(
        PlaceRow(place, name, tuple(cell(row, column) for column in range(columns)))
        for row, (place, name) in enumerate(DEPARTEMENTS)
    )
    total = PlaceRow("", "Ensemble de la région", tuple(Cell(Decimal(4_321 + column)) for column in range(columns)))
    bars = tuple(Bar(row.name, row.cells[0].value, row.cells[0].hidden) for row in rows)
    chart = Bars(
        f"places-{code}",
        Text("Entreprises accompagnées par département", "Companies by département"),
        COMPANIES,
        bars,
        Label.OBSERVED,
    )
    return PlaceTable(heads, rows, total, date(YEAR + 1, 1, 15), chart if drawn else None)


def sheet(number: int) -> Sheet:
    """A measure with everything; the fourth has neither owner nor indicator."""
    title = TITLES[(number - 1) % len(TITLES)]
    bare = number == 4
    return Sheet(
        code=f"M{number}",
        title=Text(*title),
        parent=Text(
            f"O{(number - 1) // 4 + 1} · Moderniser l'outil de production", f"O{(number - 1) // 4 + 1} · Modernise production"
        ),
        standing=NOT_MEASURED if bare else STANDINGS[number % len(STANDINGS)],
        owner="" if bare else "Direction du développement économique",
        partners=("Chambre de commerce des Trois-Rivières", "Pôle Mécanique et Matériaux", "Agence de l'emploi"),
        citation=Citation(
            "plan", "Axe 2, mesure " + str(number), f"La mesure {number} vise cinq cents entreprises accompagnées en cinq ans."
        ),
        summary=Text(
            "Chaque atelier reçoit un diagnostic, un plan et un interlocuteur unique, puis revient deux ans plus tard dire ce qui a changé.",
            "Each workshop gets a diagnosis, a plan and one contact, and comes back two years later to say what changed.",
        ),
        indicators=() if bare else tuple(indicator(number, rank) for rank in range(3)),
        series=() if bare else (series(number),),
        places=places(f"m{number}", drawn=False) if not bare else None,
        money=money(f"m{number}") if not bare else None,
        acts=(
            Act(date(YEAR, 3, 12), Text("Deuxième appel ouvert.", "Second call opened.")),
            Act(date(YEAR, 10, 4), Text("Quarante conventions signées.", "Forty agreements signed.")),
        ),
        next_step=Text("Ouvrir le troisième appel avant l'été.", "Open the third call before the summer."),
    )


STATE = (1, 7, 13, 18, 22, 24)  # the measures whose target is the strategy's own
ALERTS = (
    Alert(
        Text("Valeur attendue depuis trois mois", "A value has been due for three months"),
        Text("Règle : une valeur en retard de plus de 90 jours.", "Rule: a value more than 90 days late."),
        "M18",
    ),
    Alert(
        Text("Argent voté et non engagé", "Money voted and not committed"),
        Text(
            "Règle : moins de 50 % engagé un an après le vote.",
            "Rule: less than 50% committed a year after the vote.",
        ),
        "M3",
    ),
    Alert(
        Text("Cible abaissée cette année", "Target lowered this year"),
        Text("Règle : toute cible abaissée est signalée un an.", "Rule: a lowered target is flagged for a year."),
        "M7",
    ),
)
EU = (
    EuRow(
        "RCO01",
        True,
        Fund.ERDF,
        Text("Entreprises soutenues", "Enterprises supported"),
        Figure(Decimal(302), COMPANIES, Label.OBSERVED, DAY),
    ),
    EuRow(
        "EECO02",
        False,
        Fund.ESF,
        Text("Chômeurs", "Unemployed"),
        Figure(None, Text("personnes", "persons"), hidden="persons"),
    ),
    EuRow(
        "",
        False,
        None,
        Text("Apprentis", "Apprentices"),
        Figure(None, Text("personnes", "persons")),
        Text("Le FSE+ n'a pas de code commun.", "ESF+ has no common code."),
    ),
)
CHANGES = (
    Change(
        date(YEAR, 6, 2),
        "M7.i0",
        "target",
        Text("600 en 2033", "600 in 2033"),
        Text("500 en 2033", "500 in 2033"),
        Text("Le deuxième appel a été retiré.", "The second call was withdrawn."),
        "CR-31-044",
    ),
    Change(
        date(YEAR, 9, 1),
        "M2.i1",
        "definition",
        Text("diagnostics commencés", "diagnoses begun"),
        Text("diagnostics achevés", "diagnoses completed"),
        Text("Un diagnostic abandonné comptait.", "A dropped diagnosis counted."),
    ),
)
ISSUES = tuple(
    Issue(
        kind,
        f"M{number}.i0",
        Text("Entreprises accompagnées", "Companies guided"),
        Text("Demander la valeur au partenaire.", "Ask the partner for the value."),
        date(YEAR, 3, 31),
    )
    for number, kind in ((18, "stale"), (24, "missing"), (5, "disputed"))
)
METHOD = (
    Paragraph(
        Text("Ce qui est compté", "What is counted"),
        Text(
            "Une entreprise est comptée une fois par niveau, par son SIREN : les totaux des mesures ne s'ajoutent pas.",
            "A company is counted once per level, by its SIREN: totals of measures do not add up.",
        ),
    ),
    Paragraph(
        Text("Avancement", "Progress"),
        Text(
            "(valeur − départ) / (cible − départ). Aucune moyenne entre unités différentes.",
            "(value − baseline) / (target − baseline). No average across units.",
        ),
    ),
)


def state() -> State:
    """Six targets, three alerts, and how far each target is."""
    targets = tuple(indicator(number) for number in STATE)
    ways = tuple(
        Way(
            f"M{number}",
            Text(f"M{number} Entreprises accompagnées", f"M{number} Companies guided"),
            *(row.progress, row.standing.tone, row.standing.word, row.expected),
        )
        for number, row in zip(STATE, targets, strict=True)
    )
    summary = Text(
        "Deux cibles sur six sont dans les temps, une n'est pas mesurée.", "Two targets of six are on time, one is not measured."
    )
    return State(
        targets, ALERTS, summary, Overview("etat-avancement", Text("Avancement des cibles", "Progress of the targets"), ways)
    )


IDENTITY = Identity(
    "trois-rivieres",
    Text("Ateliers d'avenir 2028–2033", "Workshops of tomorrow 2028–2033"),
    Text("Région des Trois-Rivières", "Region of Three Rivers"),
    YEAR,
    DAY,
    sha("data"),
    sha("code"),
    "https://ensembleur.example/strategie/trois-rivieres/rapport/2031/",
    is_fictional=True,
)


def report(measures: int = 28) -> Report:
    """The whole report, with this many sheets."""
    return Report(
        identity=IDENTITY,
        state=state(),
        money=money("tout", 10),
        sheets=tuple(sheet(number) for number in range(1, measures + 1)),
        places=places("region", 4),
        eu=EU,
        changes=CHANGES,
        issues=ISSUES,
        method=METHOD,
        documents=(("plan", Source("Plan des Trois-Rivières (document fictif)")),),
        hashes=(Hash("measurements.csv", sha("m")), Hash("budget.csv", sha("b"))),
    )
