"""The sheet of one measure, told: who answers for it, what was promised, where it stands, what comes next."""

from __future__ import annotations

from ensembleur.strategy.engine.charts.bars import bars_chart
from ensembleur.strategy.engine.charts.content import Chart
from ensembleur.strategy.engine.charts.lines import execution_chart, series_chart
from ensembleur.strategy.engine.report import blocks
from ensembleur.strategy.engine.report.blocks import Block, Section
from ensembleur.strategy.engine.report.cells import indicators_table, money_table, places_table
from ensembleur.strategy.engine.report.content import Identity, Money, PlaceTable, Sheet
from ensembleur.strategy.engine.wording import FUND_WORDS, phrase
from ensembleur.strategy.engine.writing import amount, day, number, short_day


def section_id(code: str) -> str:
    """The address of a measure in the report."""
    return f"mesure-{code.lower().replace('.', '-')}"


def sheet(measure: Sheet, identity: Identity, documents: dict[str, str], lang: str, drawn: dict[str, Chart]) -> Section:
    """The sheet. documents : title by key.   Its drawings are added to `drawn`."""
    standing = measure.standing
    unnamed = phrase(lang, "aucun texte ne nomme de responsable", "no text names anybody")
    told: list[Block] = [
        blocks.state(standing.tone, standing.word.into(lang), standing.rule.into(lang)),
        blocks.facts(
            [
                (phrase(lang, "Objectif", "Objective"), measure.parent.into(lang)),
                (phrase(lang, "Responsable", "Owner"), measure.owner or unnamed),
                *([(phrase(lang, "Partenaires", "Partners"), ", ".join(measure.partners))] if measure.partners else []),
            ]
        ),
    ]
    if measure.citation is not None and measure.citation.sentence:
        title = documents.get(measure.citation.document, measure.citation.document)
        told.append(
            blocks.quote(measure.citation.sentence, ", ".join(part for part in (title, measure.citation.section) if part))
        )
    if measure.summary:
        told.append(blocks.text(measure.summary.into(lang)))
    if measure.indicators:
        told.append(indicators_table(phrase(lang, "Indicateurs", "Indicators"), measure.indicators, lang, with_source=True))
    else:
        told.append(
            blocks.note(phrase(lang, "Aucun indicateur n'est rattaché à cette mesure.", "This measure has no indicator."))
        )
    told += [draw(series_chart(one, lang), drawn) for one in measure.series]
    if measure.next_step:
        told.append(blocks.strong(phrase(lang, "Prochaine étape", "Next step"), measure.next_step.into(lang)))
    if measure.acts:
        told.append(blocks.heading(phrase(lang, f"Derniers actes de {identity.year}", f"Latest acts of {identity.year}")))
        told.append(blocks.items((short_day(act.on, lang), act.says.into(lang)) for act in measure.acts))
    told += territory(measure.places, phrase(lang, "Par territoire", "By territory"), lang, drawn) if measure.places else []
    told += money(measure.money, lang, drawn) if measure.money else []
    return Section(section_id(measure.code), f"{measure.code} · {measure.title.into(lang)}", tuple(told))


def draw(drawing: Chart, drawn: dict[str, Chart]) -> Block:
    """The block of a drawing, kept under its code."""
    drawn[drawing.code] = drawing
    return blocks.chart(drawing)


def territory(places: PlaceTable, caption: str, lang: str, drawn: dict[str, Chart]) -> list[Block]:
    """The table of the territories, its bars, and the rule of secrecy when it hides something."""
    told = [places_table(caption, places, lang)]
    shown = [*places.rows, *([places.total] if places.total else [])]
    if any(cell.hidden for row in shown for cell in row.cells):
        told.append(
            blocks.note(
                phrase(
                    lang,
                    "« s » : case tenue secrète (moins de trois unités, une unité qui pèse plus de 85 %, ou case qui en protège une autre). "
                    "Un secret n'est pas un zéro.",
                    "“s”: a secret cell (fewer than three units, one unit above 85%, or a cell that protects another). A secret is not a zero.",
                )
            )
        )
    if places.released_on:
        released = day(places.released_on, lang)
        told.append(
            blocks.note(phrase(lang, f"Tableau figé à sa diffusion, le {released}.", f"Table frozen when released, {released}."))
        )
    return [*told, draw(bars_chart(places.chart, lang), drawn)] if places.chart else told


def money(purse: Money, lang: str, drawn: dict[str, Chart]) -> list[Block]:
    """Lines, leverage, forecast, risk of losing European money, curve; says so when there is nothing."""
    if not purse.lines:
        return [blocks.note(phrase(lang, "Aucun montant n'est connu.", "No amount is known."))]
    told = [money_table(phrase(lang, "Montants par fonds et par année", "Amounts by fund and year"), purse.lines, lang)]
    told.append(
        blocks.note(
            phrase(
                lang,
                "Programmé, voté, engagé et payé sont les étapes d'un même euro : elles ne s'ajoutent pas. Un tiret veut dire que personne "
                "ne connaît le montant.",
                "Programmed, voted, committed and paid are stages of the same euro: they do not add up. A dash means that nobody knows.",
            )
        )
    )
    rows = []
    if purse.leverage is not None:
        said = number(purse.leverage, lang)
        plain = phrase(lang, f"{said} € pour 1 € de la Région.", f"€{said} for €1 of the Region.")
        rule = purse.leverage_rule.into(lang) if purse.leverage_rule else plain
        rows.append(
            (phrase(lang, "Effet de levier", "Leverage"), phrase(lang, f"autres financeurs : {rule}", f"other funders: {rule}"))
        )
    rows += [
        (phrase(lang, f"Prévision {one.year}", f"Forecast {one.year}"), f"{amount(one.amount_eur, lang)}. {one.rule.into(lang)}")
        for one in purse.forecasts
    ]
    told += [blocks.facts(rows)] if rows else []
    for risk in purse.risks:
        fund = FUND_WORDS[risk.fund].into(lang)
        title = phrase(lang, f"Risque de dégagement d'office, {fund}", f"Risk of de-commitment, {fund}")
        lost = phrase(lang, f"à payer avant le {day(risk.by, lang)}", f"to be paid by {day(risk.by, lang)}")
        told.append(blocks.strong(title, f"{amount(risk.amount_eur, lang)} {lost}. {risk.rule.into(lang).rstrip('.')}."))
    told += [blocks.note(purse.remark.into(lang))] if purse.remark else []
    return [*told, draw(execution_chart(purse.curve, lang), drawn)] if purse.curve else told
