"""The report in words: the same sections for the PDF, for the page and, in part, for the summary in the other language."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from ensembleur.strategy.engine.charts.bars import overview_chart
from ensembleur.strategy.engine.charts.content import Chart
from ensembleur.strategy.engine.report import blocks
from ensembleur.strategy.engine.report.blocks import Block, Document, Row, Section
from ensembleur.strategy.engine.report.cells import figure_cell, indicators_table, money_table
from ensembleur.strategy.engine.report.content import Report
from ensembleur.strategy.engine.report.sheets import draw, money, section_id, sheet, territory
from ensembleur.strategy.engine.wording import FUND_WORDS, phrase
from ensembleur.strategy.engine.writing import ABSENT, day, short_day

KINDS_OF_CHANGE = {"target": ("cible", "target"), "definition": ("définition", "definition"), "state": ("état", "state")}
KINDS_OF_ISSUE = {
    "missing": ("manquante", "missing"),
    "stale": ("périmée", "stale"),
    "disputed": ("contestée", "disputed"),
    "texts": ("deux textes", "two texts"),
}


def told(report: Report, lang: str = "fr") -> Document:
    """The whole report in `lang`, with a summary in the other language."""
    identity, drawn = report.identity, dict[str, Chart]()
    other = "fr" if lang == "en" else "en"
    sections = (
        _state(report, lang, drawn),
        _summary(report, other),
        Section("argent", phrase(lang, "L'argent", "Money"), tuple(money(report.money, lang, drawn))),
        _measures(report, lang, drawn),
        _territories(report, lang, drawn),
        _evaluations(report, lang),
        *(replace(chapter(report, lang), follows=True) for chapter in (_eu, _changes, _quality, _method)),
        _hashes(report, lang),
    )
    return Document(
        lang=lang,
        title=phrase(lang, f"Rapport annuel {identity.year}", f"Annual report {identity.year}"),
        subtitle=identity.title.into(lang),
        region=identity.region.into(lang),
        date=phrase(lang, f"Situation au {day(identity.generated_for, lang)}", f"As of {day(identity.generated_for, lang)}"),
        notice=_fiction(lang) if identity.is_fictional else "",
        words={
            "contents": phrase(lang, "Sommaire", "Contents"),
            "sheets": phrase(lang, "Fiches des mesures", "Sheets of the measures"),
        },
        sections=sections,
        charts=drawn,
    )


def _fiction(lang: str) -> str:
    return phrase(
        lang,
        "Chiffres fictifs : ce rapport montre la forme, il ne dit rien d'une politique réelle.",
        "Invented figures: this report shows the form and says nothing of a real policy.",
    )


def _state(report: Report, lang: str, drawn: dict[str, Chart]) -> Section:
    """What was promised, where we are, what to decide."""
    state = report.state
    told = [blocks.text(state.summary.into(lang))] if state.summary else []
    if state.targets:
        told.append(
            indicators_table(
                phrase(lang, "Ce qui a été promis, où nous en sommes", "What was promised, where we are"), state.targets, lang
            )
        )
    else:
        told.append(
            blocks.note(phrase(lang, "Cette stratégie n'a pas de cible chiffrée.", "This strategy has no target in figures."))
        )
    told.append(blocks.heading(phrase(lang, "À décider", "To decide")))
    if state.alerts:
        told += [blocks.strong(f"{a.concerns} · {a.title.into(lang)}".lstrip(" ·"), a.rule.into(lang)) for a in state.alerts]
    else:
        told.append(blocks.text(phrase(lang, "Aucune alerte.", "No alert.")))
    if state.overview:
        told.append(draw(overview_chart(state.overview, lang), drawn))
    return Section("etat", phrase(lang, "La stratégie en une page", "The strategy on one page"), tuple(told))


def _summary(report: Report, lang: str) -> Section:
    """The state, the money and the counts in the other language; drawings stay in the body."""
    count = Counter(sheet.standing.word.into(lang) for sheet in report.sheets)
    said = ", ".join(f"{word}{phrase(lang, ' : ', ': ')}{times}" for word, times in sorted(count.items()))
    plain = replace(report, state=replace(report.state, overview=None))
    told: list[Block] = list(_state(plain, lang, {}).blocks)
    if report.sheets:
        told.append(blocks.heading(phrase(lang, f"Les {len(report.sheets)} mesures", f"The {len(report.sheets)} measures")))
        told.append(blocks.text(f"{said}."))
    if report.money.lines:
        told.append(
            money_table(phrase(lang, "Montants par fonds et par année", "Amounts by fund and year"), report.money.lines, lang)
        )
    told += list(_evaluations(report, lang).blocks[:1])
    if report.identity.is_fictional:
        told.append(blocks.note(_fiction(lang)))
    return Section("summary", phrase(lang, "Résumé en français", "Summary in English"), tuple(told), lang=lang)


def _measures(report: Report, lang: str, drawn: dict[str, Chart]) -> Section:
    """A line per measure, then a sheet per measure."""
    documents = {key: source.title for key, source in report.documents}
    sheets = tuple(sheet(one, report.identity, documents, lang, drawn) for one in report.sheets)
    title = phrase(lang, "Les mesures", "The measures")
    if not sheets:
        return Section(
            "mesures",
            title,
            (blocks.note(phrase(lang, "Cette stratégie n'a pas encore de mesure.", "This strategy has no measure yet.")),),
        )
    columns = [("Code", "narrow"), (phrase(lang, "Mesure", "Measure"), "wide"), (phrase(lang, "Responsable", "Owner"), "text")]
    rows: list[Row] = [
        [
            blocks.cell(one.code, to=section_id(one.code)),
            one.title.into(lang),
            one.owner or phrase(lang, "non nommé", "not named"),
            blocks.cell(one.standing.word.into(lang), tone=one.standing.tone),
        ]
        for one in report.sheets
    ]
    caption = phrase(lang, f"{len(rows)} mesures", f"{len(rows)} measures")
    return Section(
        "mesures", title, (blocks.table(caption, [*columns, (phrase(lang, "État", "State"), "narrow")], rows),), sheets
    )


def _territories(report: Report, lang: str, drawn: dict[str, Chart]) -> Section:
    title = phrase(lang, "Les territoires", "Territories")
    if not report.places.rows:
        return Section("territoires", title, (blocks.note(phrase(lang, "Aucun tableau diffusé.", "No table was released.")),))
    caption = phrase(lang, "Par département", "By département")
    return Section("territoires", title, tuple(territory(report.places, caption, lang, drawn)))


def _evaluations(report: Report, lang: str) -> Section:
    """What evaluations found; that there is none is said, not left out."""
    title = phrase(lang, "L'évaluation", "Evaluation")
    if not report.evaluations:
        return Section(
            "evaluation",
            title,
            (
                blocks.strong(
                    phrase(lang, "Aucune évaluation publiée", "No evaluation has been published"),
                    phrase(
                        lang,
                        "Ce rapport dit ce qui a été fait et ce qui a été déclaré ou constaté ; il ne dit pas ce qui serait arrivé sans la stratégie.",
                        "This report says what was done, declared or observed; it does not say what would have happened without the strategy.",
                    ),
                ),
            ),
        )
    told: list[Block] = []
    for one in report.evaluations:
        told += [blocks.heading(f"{one.title.into(lang)} ({day(one.published_on, lang)})"), blocks.text(one.says.into(lang))]
        lists = (
            (phrase(lang, "Condition remplie", "Condition met"), one.gates),
            (phrase(lang, "Réserve", "Caveat"), one.caveats),
        )
        told += [blocks.items((lead, says.into(lang)) for says in kept) for lead, kept in lists if kept]
    return Section("evaluation", title, tuple(told))


def _eu(report: Report, lang: str) -> Section:
    title = phrase(lang, "Les indicateurs européens", "EU indicators")
    if not report.eu:
        return Section(
            "europe", title, (blocks.note(phrase(lang, "Aucun indicateur européen suivi.", "No EU indicator is followed.")),)
        )
    columns = [("Code", "narrow"), (phrase(lang, "Intitulé", "Label"), "wide"), (phrase(lang, "Fonds", "Fund"), "narrow")]
    columns += [(phrase(lang, "Valeur", "Value"), "number"), (phrase(lang, "Code vérifié", "Code verified"), "narrow")]
    rows: list[Row] = [
        [
            one.code or ABSENT,
            blocks.cell(one.title.into(lang), under=one.note.into(lang) if one.note else ""),
            FUND_WORDS[one.fund].into(lang) if one.fund else ABSENT,
            figure_cell(one.figure, lang),
            _verified(one.code, one.verified, lang),
        ]
        for one in report.eu
    ]
    says = phrase(
        lang,
        "Un code est dit vérifié quand son numéro et son intitulé ont été lus dans le règlement.",
        "A code is called verified when its number and label were read in the regulation.",
    )
    caption = phrase(lang, "Indicateurs communs", "Common indicators")
    return Section("europe", title, (blocks.table(caption, columns, rows), blocks.note(says)))


def _verified(code: str, verified: bool, lang: str) -> Block:
    if not code:
        return blocks.cell(phrase(lang, "sans code commun", "no common code"), tone="closed")
    if verified:
        return blocks.cell(phrase(lang, "vérifié", "verified"), tone="yes")
    return blocks.cell(phrase(lang, "à vérifier", "to be verified"), tone="unknown")


def _changes(report: Report, lang: str) -> Section:
    title = phrase(lang, f"Ce qui a changé en {report.identity.year}", f"What changed in {report.identity.year}")
    if not report.changes:
        none = phrase(lang, "Aucune cible ni définition n'a changé.", "No target or definition has changed.")
        return Section("changements", title, (blocks.text(none),))
    columns = [("Date", "narrow"), (phrase(lang, "Objet", "What"), "text"), (phrase(lang, "Avant", "Before"), "text")]
    columns += [(phrase(lang, "Après", "After"), "text"), (phrase(lang, "Raison", "Reason"), "wide")]
    rows: list[Row] = [
        [
            short_day(one.on, lang),
            blocks.cell(one.code, under=phrase(lang, *KINDS_OF_CHANGE[one.kind])),
            one.before.into(lang),
            one.after.into(lang),
            blocks.cell(one.reason.into(lang), under=one.decision),
        ]
        for one in report.changes
    ]
    return Section(
        "changements", title, (blocks.table(phrase(lang, "Cibles et définitions", "Targets and definitions"), columns, rows),)
    )


def _quality(report: Report, lang: str) -> Section:
    title = phrase(lang, "La qualité des données", "Data quality")
    if not report.issues:
        return Section("qualite", title, (blocks.text(phrase(lang, "Rien ne manque.", "Nothing is missing.")),))
    columns = [(phrase(lang, "Indicateur", "Indicator"), "wide"), (phrase(lang, "Valeur", "Value"), "narrow")]
    columns += [(phrase(lang, "Depuis", "Since"), "narrow"), (phrase(lang, "Ce qu'il faut", "What is needed"), "wide")]
    rows: list[Row] = [
        [
            blocks.cell(one.title.into(lang), under=one.code),
            phrase(lang, *KINDS_OF_ISSUE[one.kind]),
            short_day(one.since, lang),
            one.says.into(lang),
        ]
        for one in report.issues
    ]
    caption = phrase(lang, "Ce qui manque, périme ou se discute", "What is missing, stale or in doubt")
    return Section("qualite", title, (blocks.table(caption, columns, rows),))


def _method(report: Report, lang: str) -> Section:
    told: list[Block] = []
    for one in report.method:
        told += [blocks.heading(one.title.into(lang)), blocks.text(one.says.into(lang))]
    if report.documents:
        told.append(blocks.heading(phrase(lang, "Textes et jeux de données", "Texts and data sets")))
        told.append(blocks.items((source.title, source.url) for _, source in report.documents))
    if not told:
        told = [blocks.note(phrase(lang, "Aucune note de méthode.", "No note on the method."))]
    return Section("methode", phrase(lang, "La méthode", "Method"), tuple(told))


def _hashes(report: Report, lang: str) -> Section:
    """What lets anybody make the same file again, on the last page."""
    identity = report.identity
    says = phrase(
        lang,
        "Les mêmes données, lues par le même programme pour le même jour, donnent ce fichier octet pour octet.",
        "The same data, read by the same program for the same day, give this file byte for byte.",
    )
    rows = [
        (phrase(lang, "Jour du rapport", "Day of the report"), identity.generated_for.isoformat()),
        (phrase(lang, "Données", "Data"), identity.data_hash),
        (phrase(lang, "Programme", "Program"), identity.code_hash),
        *((one.name, one.sha256) for one in report.hashes),
        *([(phrase(lang, "Adresse", "Address"), identity.address)] if identity.address else []),
    ]
    print_rows = {"kind": "hashes", "rows": [list(row) for row in rows]}
    return Section(
        "empreintes", phrase(lang, "Reproduire ce rapport", "Making this report again"), (blocks.text(says), print_rows)
    )
