"""The yearly round: its steps, their days, and where they stand."""

from __future__ import annotations

from datetime import date

from ensembleur.strategy.engine.cycle import FOUNDED_ON, MONTHS_NOTE, STEPS, StepState, agenda

AS_OF = date(2019, 4, 1)


def plain(text):
    return text.replace("\xa0", " ")


def test_the_round_ends_before_the_regional_council():
    assert [step.code for step in STEPS] == ["measure", "report", "approve", "lock", "publish", "committee", "council"]
    days = [one.due_on for one in agenda(2018, {}, as_of=AS_OF)]
    assert days == sorted(days)
    assert (days[0], days[-1]) == (date(2019, 1, 31), date(2019, 7, 15))


def test_the_text_founds_the_round_and_not_its_months():
    assert "chaque année en Conseil Régional" in FOUNDED_ON.sentence
    assert "aucun mois" in MONTHS_NOTE.fr
    assert "no month" in MONTHS_NOTE.en


def test_each_step_is_done_late_next_or_to_come():
    done = {"measure": date(2019, 1, 20), "report": date(2019, 3, 2), "lock": date(2019, 4, 2)}
    found = agenda(2018, done, as_of=AS_OF)
    assert [one.state for one in found] == [
        StepState.DONE,
        StepState.DONE,
        StepState.LATE,
        StepState.NEXT,  # locked tomorrow: not known today
        StepState.TO_COME,
        StepState.TO_COME,
        StepState.TO_COME,
    ]
    assert found[3].done_on is None
    assert [plain(one.says) for one in found[:4]] == [
        "Mesurer les valeurs au 31 décembre : fait le 20 janvier 2019.",
        "Recevoir les valeurs des partenaires : fait le 2 mars 2019, après la date prévue du 28 février 2019.",
        "Valider les valeurs : en retard, prévu le 31 mars 2019 au plus tard.",
        "Verrouiller l'année : prévu le 15 avril 2019 au plus tard.",
    ]
    english = agenda(2018, done, as_of=AS_OF, lang="en")
    assert [plain(one.says) for one in english[1:4]] == [
        "Receive the partners' values: done on 2 March 2019, after the planned 28 February 2019.",
        "Approve the values: late, planned by 31 March 2019.",
        "Lock the year: planned by 15 April 2019.",
    ]
