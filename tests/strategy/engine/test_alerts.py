"""Alerts come from rules that are stated, the most pressing first."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from ensembleur.logic.answers import Answer
from ensembleur.strategy.engine.alerts import RULES, Contested, Disputed, Followed, Spending, TargetChange, alerts
from ensembleur.strategy.engine.content import Text
from ensembleur.strategy.engine.freshness import freshness
from ensembleur.strategy.engine.wording import Fault
from tests.factories.trajectories import DUE, START, held, sheet, stand, target

TITLE, UNIT = Text("Entreprises", "Companies"), Text("entreprises", "companies")
AS_OF = date(2019, 7, 1)


def plain(text):
    return text.replace("\xa0", " ").replace("\u202f", " ")


def followed(**known):
    return Followed("M1", "M1.companies", TITLE, UNIT, **known)


def raised(one, lang="fr"):
    return [(alert.code, plain(alert.says), alert.since) for alert in alerts([one], as_of=AS_OF, lang=lang)]


def late(value):
    return followed(standings=(stand(sheet(target(500)), held(value)), stand(sheet(target(500)), None)))


def test_twenty_points_behind_the_path_are_not_yet_an_alert():
    # 730 days of 1461 have passed: 49.97 % of the time
    assert raised(late(150)) == []
    assert raised(late(149)) == [
        (
            "late",
            "Entreprises : 30 % du chemin pour 50 % du temps, 20,2 points de retard vers l'objectif du 1er janvier 2021.",
            date(2019, 1, 1),
        )
    ]
    assert raised(late(149), "en")[0][1] == (
        "Companies: 30% of the way for 50% of the time, 20.2 points behind the target of 1 January 2021."
    )


def test_a_partial_count_or_a_day_that_nobody_measured_is_not_late():
    behind = stand(sheet(target(500)), held(100))
    partial = replace(behind, reason=replace(behind.reason, answer=Answer.UNKNOWN), is_reached=Answer.UNKNOWN)
    assert [code for code, _says, _since in raised(followed(standings=(behind,)))] == ["late"]
    assert raised(followed(standings=(partial,))) == []


def test_a_value_that_did_not_come_is_an_alert():
    old = followed(fresh=freshness(date(2017, 12, 31), 12, 3, AS_OF))
    assert raised(old) == [
        (
            "stale",
            "Entreprises : mesuré jusqu'au 31 décembre 2017 : valeur attendue le 31 mars 2019, en retard.",
            date(2019, 3, 31),
        )
    ]
    assert raised(followed(fresh=freshness(date(2018, 12, 31), 12, 3, AS_OF))) == []


def test_what_was_never_measured_is_an_alert_since_the_day_it_was_due():
    due = followed(fresh=freshness(None, 12, 3, AS_OF, since=START))
    assert [(code, since) for code, _, since in raised(due)] == [("never_measured", date(2018, 3, 31))]
    coming = followed(fresh=freshness(None, 60, 3, AS_OF, since=START))
    assert [(code, since) for code, _, since in raised(coming)] == [("never_measured", None)]
    undated = followed(fresh=freshness(None, 12, 3, AS_OF))
    assert raised(undated) == [("never_measured", "Entreprises : jamais mesuré.", None)]


def test_a_target_that_changed_this_year_says_why():
    changes = (
        TargetChange(date(2018, 5, 1), Decimal(300), Decimal(400), "ancien"),
        TargetChange(date(2019, 5, 2), Decimal(400), Decimal(500)),
        TargetChange(date(2019, 6, 2), Decimal(500), Decimal(450), "crise"),
        TargetChange(date(2019, 12, 2), Decimal(450), Decimal(1), "à venir"),
    )
    assert raised(followed(changes=changes)) == [
        (
            "target_changed",
            "Entreprises : l'objectif passe de 400 entreprises à 500 entreprises le 2 mai 2019 (sans motif donné).",
            date(2019, 5, 2),
        ),
        (
            "target_changed",
            "Entreprises : l'objectif passe de 500 entreprises à 450 entreprises le 2 juin 2019 (crise).",
            date(2019, 6, 2),
        ),
    ]
    assert raised(followed(changes=changes[1:2]), "en")[0][1] == (
        "Companies: the target went from 400 companies to 500 companies on 2 May 2019 (no reason given)."
    )


def test_a_target_put_off_says_from_when_to_when():
    day, put_off = date(2019, 5, 2), (date(2021, 12, 31), date(2023, 12, 31))
    moved = TargetChange(day, Decimal(400), Decimal(400), "crise", put_off)
    both = TargetChange(day, Decimal(400), Decimal(500), "crise", put_off)
    said = [says for _code, says, _since in raised(followed(changes=(moved, both)))]
    assert said == [
        "Entreprises : l'échéance de l'objectif passe du 31 décembre 2021 au 31 décembre 2023, le 2 mai 2019 (crise).",
        "Entreprises : l'objectif passe de 400 entreprises au 31 décembre 2021 à 500 entreprises au 31 décembre 2023 le 2 mai 2019 (crise).",
    ]
    assert raised(followed(changes=(moved,)), "en")[0][1] == (
        "Companies: the date of the target went from 31 December 2021 to 31 December 2023 on 2 May 2019 (crise)."
    )


def test_a_value_contested_in_writing_is_told_with_its_words():
    one = followed(contested=(Contested(date(2019, 4, 1), "Deux doublons."),))
    assert raised(one) == [("contested", "Entreprises, contesté le 1er avril 2019 : « Deux doublons. »", date(2019, 4, 1))]


def test_two_figures_for_one_thing_are_disputed_and_one_said_twice_is_not():
    what = Text("objectif", "target")
    one = followed(disputed=(Disputed(what, (Decimal(500), Decimal(300))), Disputed(what, (Decimal(5), Decimal(5)))))
    assert raised(one) == [("disputed", "Entreprises, objectif : 500 entreprises et 300 entreprises.", None)]


@pytest.mark.parametrize(
    ("programmed", "paid", "is_raised"),
    [(100, 38, False), (100, 37, True), (None, 1, False), (0, 0, False), (100, None, False)],
)
def test_money_is_unspent_when_its_share_is_behind_the_time_elapsed(programmed, paid, is_raised):
    # 911 days of 1461 have passed: 62.4 % of the time
    amounts = [None if amount is None else Decimal(amount) for amount in (programmed, paid)]
    found = alerts([], [Spending("M1", Text("Mesure", "Measure"), *amounts, START, DUE)], as_of=AS_OF)
    assert [alert.code for alert in found] == (["unspent"] if is_raised else [])
    if is_raised:
        assert plain(found[0].says) == "Mesure : 37 € payés sur 100 €, soit 37 % pour 62 % du temps."
        assert plain(found[0].rule) == "Part payée en retard de plus de 25 points sur le temps écoulé."


def test_the_most_pressing_comes_first_and_each_states_its_rule():
    one = followed(
        standings=late(0).standings,
        fresh=freshness(date(2016, 12, 31), 12, 3, AS_OF),
        changes=(TargetChange(date(2019, 5, 2), Decimal(400), Decimal(500)),),
        disputed=(Disputed(Text("objectif", "target"), (Decimal(1), Decimal(2))),),
        contested=(Contested(date(2019, 4, 1), "Trop."),),
    )
    unknown = Followed("M0", "M0.jobs", Text("Emplois", "Jobs"), fresh=freshness(None, 12, 3, AS_OF))
    money = Spending("M1", TITLE, Decimal(100), Decimal(0), START, DUE)
    fault = Fault("paid_beyond_voted", "M1", "Trop payé.")
    found = alerts([unknown, one], [money], [fault], as_of=AS_OF, lang="en")
    assert [alert.code for alert in found] == [rule.code for rule in RULES]
    assert found[0].rule == "Behind the path to the target by more than 20\xa0points."
    assert (found[-1].node, found[-1].indicator, found[-1].says) == ("M1", "", "Trop payé.")
    assert all(alert.rule for alert in found)
