"""Files of values: tried, imported as reports, taken back, decided together; an export brought back changes nothing."""

from __future__ import annotations

from datetime import date

import pytest
from django.contrib.auth.models import AnonymousUser
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ensembleur.accounts.choices import Role
from ensembleur.accounts.models import Act
from ensembleur.errors import BadInput, NotAllowed, Refused
from ensembleur.strategy.choices import LabelWord, Origin, ProposalState
from ensembleur.strategy.engine.value_files import COLUMNS, NEEDED
from ensembleur.strategy.models import Batch, Measurement, Proposal
from ensembleur.strategy.queries.content import held_strategy
from ensembleur.strategy.queries.value_rows import value_rows
from ensembleur.strategy.services import importing_values
from ensembleur.strategy.views.tables import table_csv
from tests.factories import accounts, values
from tests.factories.strategy import NOW, SLUG, TODAY, indicator, measurement, raw, tiny

pytestmark = pytest.mark.django_db
HEAD = ";".join((*NEEDED, "commentaire", "motif_correction"))
LINE = {
    "strategie": SLUG, "indicateur": values.CODE, "du": "01/01/2026", "au": "31/10/2026", "situation_au": "31/10/2026",
    "connu_comme": "déclaré", "valeur": "120", "source": "Bilan annuel du centre", "commentaire": "", "motif_correction": "",
}  # fmt: skip


@pytest.fixture
def strategy():
    return tiny()


@pytest.fixture
def partner():
    return values.partner()


@pytest.fixture
def officer():
    return accounts.person(Role.OFFICER)


def file(*lines, head=HEAD):
    rows = [";".join({**LINE, **line}[name] for name in head.split(";")) for line in lines]
    return "\n".join([head, *rows, ""]).encode()


def bring(strategy, by, content, dry_run=False):
    return importing_values.import_values(
        strategy=strategy, content=content, file_name="valeurs.csv", by=by, now=NOW, dry_run=dry_run
    )


def exported(strategy, user):
    return table_csv(COLUMNS, value_rows(held_strategy(strategy.pk), user, as_of=TODAY)).encode()


# -- in ----------------------------------------------------------------------------------------------------------------
def test_a_trial_says_what_would_happen_and_writes_nothing(strategy, partner):
    found = bring(strategy, partner, file({}, {"indicateur": "Z9"}), dry_run=True)
    assert found.counts == {"read": 2, "added": 1, "unchanged": 0, "rejected": 1}
    assert (found.batch, Proposal.objects.count(), Batch.objects.count()) == (None, 0, 0)


def test_a_file_makes_reports_never_measurements_and_approvers_are_told_once(strategy, partner, officer):
    found = bring(strategy, partner, file({}, {"connu_comme": "constaté"}))
    assert found.counts["added"] == Proposal.objects.waiting().filter(batch=found.batch).count() == 2
    assert not Measurement.objects.exists()
    assert officer.notifications.get().title == "2 valeurs importées attendent votre validation"
    proposal = Proposal.objects.first()
    assert (proposal.proposed_by, proposal.organisation) == (partner, partner.mandates.get().organisation)
    assert Act.objects.get(verb="import_values").after == {"read": 2, "added": 2, "unchanged": 0, "rejected": 0}


def test_the_same_file_twice_adds_nothing(strategy, partner):
    bring(strategy, partner, file({}))
    again = bring(strategy, partner, file({}))
    assert (again.counts["unchanged"], again.batch, Batch.objects.count()) == (1, None, 1)


def test_a_blank_value_is_left_for_later(strategy, partner):
    assert bring(strategy, partner, file({"valeur": ""})).counts["unchanged"] == 1


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ({"strategie": "autre"}, "de la stratégie « autre »"),
        ({"indicateur": "Z9"}, "L'indicateur « Z9 » n'existe pas"),
        ({"indicateur": "A1.companies"}, "est calculé par la plateforme"),
        ({"valeur": "beaucoup"}, "n'est pas un nombre"),
        ({"du": "01/01/2027", "au": "31/12/2027", "situation_au": "31/12/2027"}, "est à venir"),
    ],
)
def test_a_line_that_cannot_enter_says_why(strategy, partner, line, says):
    found = bring(strategy, partner, file(line))
    assert says in found.of("rejected")[0].why.replace("\u00a0", " ")
    assert found.batch is None


def test_lines_of_the_same_days_are_told_apart_by_their_number(strategy, partner):
    found = bring(strategy, partner, file({}, {"valeur": "130"}))
    assert found.counts["added"] == 1
    assert found.of("rejected")[0].why == "La ligne 2 donne déjà une valeur des mêmes jours : gardez-en une seule."


def test_a_changed_value_is_a_correction_with_its_reason(strategy, partner):
    former = values.reported(120)
    found = bring(strategy, partner, file({"valeur": "130"}))
    assert "Dites pourquoi" in found.of("rejected")[0].why
    found = bring(strategy, partner, file({"valeur": "130", "motif_correction": "x" * 501}))
    assert "tient en 500" in found.of("rejected")[0].why
    found = bring(strategy, partner, file({"valeur": "130", "motif_correction": "Un centre oublié."}))
    assert (found.of("added")[0].before, Proposal.objects.get().corrects) == (former, former)


def test_words_of_an_approved_value_no_longer_change(strategy, partner):
    values.reported(120)
    found = bring(strategy, partner, file({"source": "Autre bilan"}))
    assert "sa source et son commentaire ne changent plus" in found.of("rejected")[0].why


def test_a_report_that_waits_is_not_changed_by_a_file(strategy, partner):
    values.proposal(partner)
    assert bring(strategy, partner, file({})).counts["unchanged"] == 1
    assert "attend déjà" in bring(strategy, partner, file({"valeur": "121"})).of("rejected")[0].why
    assert "attend déjà" in bring(strategy, partner, file({"commentaire": "Revu."})).of("rejected")[0].why


def test_a_locked_period_and_a_retired_indicator_refuse_lines(strategy, partner, officer):
    held = values.lock(strategy, officer)
    assert "est verrouillée" in bring(strategy, partner, file({})).of("rejected")[0].why
    held.delete()
    row = indicator(values.CODE)
    row.retired_at = NOW
    row.save()
    assert "n'est plus suivi" in bring(strategy, partner, file({})).of("rejected")[0].why


def test_a_code_that_left_the_last_version_is_said_retired(partner):
    tiny()
    data = raw()
    del data["challenges"][0]["objectives"][1]
    strategy = tiny(challenges=data["challenges"])
    assert "n'est plus suivi" in bring(strategy, partner, file({})).of("rejected")[0].why


def test_an_internal_indicator_is_unknown_to_a_partner(partner, officer):
    data = raw()
    data["challenges"][0]["objectives"][1]["measures"][0]["indicators"][0]["confidentiality"] = "internal"
    strategy = tiny(challenges=data["challenges"])
    assert "n'existe pas" in bring(strategy, partner, file({})).of("rejected")[0].why
    assert bring(strategy, officer, file({})).counts["added"] == 1


def test_a_hidden_value_is_not_guessed_by_trying(partner, officer):
    data = raw()
    data["challenges"][0]["objectives"][1]["measures"][0]["indicators"][0]["confidentiality"] = "aggregated"
    strategy = tiny(challenges=data["challenges"])
    values.reported(2, units=2)
    right, wrong = (bring(strategy, partner, file({"valeur": told}), dry_run=True).of("rejected") for told in ("2", "3"))
    assert right[0].why == wrong[0].why.replace("3", "2")
    assert b"Bilan annuel" not in exported(strategy, partner)
    assert b"Bilan annuel" in exported(strategy, officer)


def test_the_file_as_a_whole_is_refused_in_one_sentence(strategy, partner):
    with pytest.raises(BadInput, match="UTF-8"):
        bring(strategy, partner, "é".encode("latin-1"))
    with pytest.raises(NotAllowed):
        bring(strategy, accounts.user(), b"\xe9")


def test_a_file_written_by_a_spreadsheet_of_commas_is_read(strategy, partner):
    text = file({}).decode().replace(";", ",")
    assert bring(strategy, partner, ("\ufeff" + text).encode()).counts["added"] == 1


# -- out and in again --------------------------------------------------------------------------------------------------
def test_an_export_holds_what_stands_what_waits_and_blank_lines_for_what_is_due(strategy, partner):
    measurement("A1.companies", 12)
    lines = exported(strategy, partner).decode().splitlines()
    assert [line.split(";")[1] for line in lines[1:]] == ["A1.companies", "A2.people"]
    assert lines[2].endswith(";déclaré;;;;;;;;;à saisir")
    values.proposal(partner)
    assert exported(strategy, partner).decode().splitlines()[2].endswith(";rapporté;à valider")


def test_an_adviser_sees_their_own_reports_only(strategy, partner):
    values.proposal(values.partner())
    assert "à valider" not in exported(strategy, partner).decode()


AMOUNTS = st.decimals(min_value=-(10**6), max_value=10**6, places=4)
WORDS = st.text(alphabet="aé'\"=+-@;,\n", min_size=1, max_size=8).map(lambda text: text.strip() or "x")


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_an_export_brought_back_unchanged_changes_nothing(data, strategy, partner, officer):
    Proposal.objects.all().delete()
    Measurement.objects.all()._raw_delete(using="default")
    days = [date(2026, month, 28) for month in range(1, 11)]
    for as_of in data.draw(st.lists(st.sampled_from(days), unique=True, max_size=4)):
        value, origin = data.draw(st.none() | AMOUNTS), data.draw(st.sampled_from(Origin.values))
        label, denominator = data.draw(st.sampled_from(LabelWord.values)), data.draw(st.none() | AMOUNTS)
        source = {"title": data.draw(WORDS)} if origin == Origin.REPORTED else {}
        values.reported(value, as_of=as_of, origin=origin, label=label, denominator=denominator, source=source)
    for month in data.draw(st.lists(st.sampled_from([11]), max_size=1)):
        values.proposal(
            partner, data.draw(AMOUNTS), as_of=date(2026, month, 1), period_end=date(2026, 12, 1), source_title=data.draw(WORDS)
        )
    for person in (partner, officer):
        found = bring(strategy, person, exported(strategy, person))
        assert found.counts["unchanged"] == found.counts["read"], [line.why for line in found.of("rejected")]
        assert found.batch is None


def test_a_text_keeps_its_document_as_source(strategy, officer):
    said = {"statements": [{"document": "doc", "value": "12"}, {"document": "gone", "value": "13"}], "note": {}}
    values.reported(12, origin=Origin.TEXT, source=said)
    assert ";Texte d'essai;" in exported(strategy, officer).decode()
    assert bring(strategy, officer, exported(strategy, officer)).counts["rejected"] == 0


# -- a way back, and deciding together ---------------------------------------------------------------------------------
def sent(strategy, partner):
    return bring(strategy, partner, file({}, {"connu_comme": "constaté"})).batch


def test_taking_a_file_back_withdraws_what_waits_and_keeps_what_was_decided(strategy, partner, officer):
    batch = sent(strategy, partner)
    from ensembleur.strategy.services.proposing import decide_value

    decide_value(proposal=batch.proposals.first(), approve=True, by=officer, now=NOW)
    with pytest.raises(NotAllowed):
        importing_values.undo_batch(batch=batch, by=values.partner(), now=NOW)
    done = importing_values.undo_batch(batch=batch, by=partner, now=NOW)
    assert (done.withdrawn, done.kept, Measurement.objects.count()) == (1, 1, 1)
    with pytest.raises(Refused, match="a déjà retiré ce fichier"):
        importing_values.undo_batch(batch=batch, by=officer, now=NOW)
    assert bring(strategy, partner, file({"connu_comme": "constaté"})).counts["read"] == 1


def test_all_that_a_file_brought_is_decided_at_once_and_its_sender_told_once(strategy, partner, officer):
    batch = sent(strategy, partner)
    assert importing_values.decide_batch(batch=batch, approve=True, by=officer, now=NOW) == {}
    assert Measurement.objects.filter(taken_by=f"user:{partner.pk}").count() == 2
    assert partner.notifications.get().body == "2 valeurs sont validées."
    with pytest.raises(Refused, match="n'attend de décision"):
        importing_values.decide_batch(batch=batch, approve=True, by=officer, now=NOW)


def test_what_cannot_be_approved_is_left_waiting_with_its_sentence(strategy, partner, officer):
    batch = sent(strategy, partner)
    values.lock(strategy, officer)
    left = importing_values.decide_batch(batch=batch, approve=True, by=officer, now=NOW)
    assert len(left) == 2
    assert all("est verrouillée" in sentence for sentence in left.values())
    assert not partner.notifications.exists()
    with pytest.raises(Refused, match="Dites pourquoi"):
        importing_values.decide_batch(batch=batch, approve=False, by=officer, now=NOW)
    assert importing_values.decide_batch(batch=batch, approve=False, note="Période close.", by=officer, now=NOW) == {}
    assert set(Proposal.objects.values_list("state", flat=True)) == {ProposalState.REFUSED}


def test_nobody_decides_their_own_file(strategy, officer):
    batch = sent(strategy, officer)
    with pytest.raises(NotAllowed):
        importing_values.decide_batch(batch=batch, approve=True, by=officer, now=NOW)


def test_files_are_listed_to_who_sent_them_and_to_who_steers(strategy, partner, officer):
    batch = values.batch(strategy, partner)
    for person in (partner, officer):
        assert list(Batch.objects.visible_to(person)) == [batch]
    for person in (values.partner(), AnonymousUser()):
        assert not Batch.objects.visible_to(person).exists()
        assert not Proposal.objects.visible_to(person).exists()
