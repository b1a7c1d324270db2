"""Files of budget lines: the same columns out and in, tried first, all or nothing, with a way back."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ensembleur.accounts.choices import Role
from ensembleur.errors import BadInput, NotAllowed, Refused
from ensembleur.strategy.engine.content import Fund, Stage
from ensembleur.strategy.engine.money_files import COLUMNS, MONEY_TABLE, Amount, amount_in, cells_of
from ensembleur.strategy.engine.tabular import LARGEST, MOST_LINES, Unreadable, read_table
from ensembleur.strategy.models import Batch, BudgetLine, Strategy
from ensembleur.strategy.queries.money_lines import money_rows, standing_lines
from ensembleur.strategy.services.budgeting import withdraw_line
from ensembleur.strategy.services.importing_budget import import_budget, undo_budget
from ensembleur.strategy.views.tables import table_csv
from tests.factories import accounts
from tests.factories import strategy as make

HEADS = "partie;annee;financeur;etape;montant_eur;decision;note"


@pytest.fixture
def officer(db):
    make.tiny()
    return accounts.person(Role.OFFICER)


def send(by, *lines, heads=HEADS, dry_run=False, content=None):
    text = "\n".join([heads, *lines]) if content is None else content
    content = text.encode() if isinstance(text, str) else text
    strategy = Strategy.objects.get(pk=make.SLUG)
    return import_budget(strategy=strategy, content=content, file_name="argent.csv", by=by, now=make.NOW, dry_run=dry_run)


def export():
    return table_csv(COLUMNS, money_rows(standing_lines(Strategy.objects.get(pk=make.SLUG))))


def test_a_trial_counts_and_writes_nothing(officer):
    lines = ("A1;2026;Région;voté;1 234,50 €;CP 1;", "A9;;FEDER;payé;10;;")
    found = send(officer, *lines, dry_run=True)
    assert found.counts == {"read": 2, "added": 1, "unchanged": 0, "rejected": 1}
    assert not Batch.objects.exists()
    assert BudgetLine.objects.count() == 1
    found = send(officer, *lines)
    assert found.batch.counts == {"read": 2, "added": 1, "unchanged": 0, "rejected": 1}
    [kept] = found.batch.lines.all()
    assert (kept.amount_eur, kept.year, kept.origin, kept.fund, kept.stage) == (
        Decimal("1234.50"), 2026, "imported", "region", "voted",
    )  # fmt: skip


def test_the_same_file_again_changes_nothing(officer):
    send(officer, "A1;2026;Région;voté;100;CP 1;note")
    again = send(officer, "A1;2026;region;VOTE;100,00;CP 1;note")
    assert again.counts == {"read": 1, "added": 0, "unchanged": 1, "rejected": 0}
    assert again.batch is None


def test_commas_a_mark_of_order_and_english_words_are_read(officer):
    heads = "\ufeffPartie,Année,Financeur,Étape,Montant_EUR,Note"
    found = send(officer, 'A2,2027,ESF+,committed,"1 000,5",deux', heads=heads)
    [kept] = found.batch.lines.all()
    assert (kept.fund, kept.stage, kept.amount_eur, kept.decision, kept.note) == (
        "esf",
        "committed",
        Decimal("1000.5"),
        "",
        "deux",
    )


def test_blank_lines_and_what_spreadsheets_write_for_themselves_are_left_aside(officer):
    found = send(officer, content=f"sep=;\n{HEADS};\n;;;;;;\nA1;2026;Région;voté;1;CP;\n\n", dry_run=True)
    assert found.counts == {"read": 1, "added": 1, "unchanged": 0, "rejected": 0}


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (";2026;Région;voté;1;;", "partie manque"),
        ("A9;2026;Région;voté;1;;", "« A9 » n'existe pas"),
        ("A1;26;Région;voté;1;;", "n'est pas une année"),
        ("A1;1900;Région;voté;1;;", "hors de la stratégie"),
        ("A1;2026;Mécène;voté;1;;", "écrivez Région, FEDER"),
        ("A1;2026;Région;promis;1;;", "écrivez programmé, voté"),
        ("A1;2026;Région;voté;mille;;", "n'est pas un montant"),
        ("A1;2026;Région;voté;1.234,50;;", "n'est pas un montant"),
        ("A1;2026;Région;voté;-5;;", "négatif"),
        ("A1;;Région;programmé;7;;", "Une ligne dit déjà"),
        ("A1;2026;Région;voté;1;;;;trop", "plus de cellules"),
    ],
)
def test_a_line_that_cannot_enter_says_why_in_one_sentence(officer, line, says):
    found = send(officer, line, dry_run=True)
    [rejected] = found.of("rejected")
    assert says in rejected.why.replace("\xa0", " ")
    assert rejected.row.line == 2
    with translation.override("en"):
        assert send(officer, line, dry_run=True).of("rejected")[0].why


def test_two_lines_of_a_file_do_not_say_the_same_thing_twice(officer):
    found = send(officer, "A1;2026;Région;voté;1;CP;", "A1;2026;Région;voté;2;CP;")
    assert found.counts["added"] == 1
    assert "ligne 2" in found.of("rejected")[0].why


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("", "bad_headings"),
        ("partie;annee;financeur;etape;montant\nA1;;Région;voté;1", "bad_headings"),
        (f"{HEADS};partie\n", "bad_headings"),
        (HEADS, "no_lines"),
        (f'{HEADS}\n"A1;2026', "bad_csv"),
        (HEADS.encode() + b"\n\xe9", "bad_encoding"),
        (f"{HEADS}\n\0", "bad_encoding"),
        (b"x" * (LARGEST + 1), "too_large"),
        ("\n".join([HEADS, *["A1;;Région;voté;1"] * (MOST_LINES + 1)]), "too_many_lines"),
    ],
)
def test_a_file_that_cannot_be_read_as_a_whole_says_so(officer, content, code):
    for lang in ("fr", "en"):
        with translation.override(lang), pytest.raises(BadInput) as refused:
            send(officer, content=content)
        assert refused.value.code == code


def test_the_headings_that_do_not_fit_are_named(officer):
    with pytest.raises(BadInput, match="il manque montant_eur") as refused:
        send(officer, content="partie;annee;financeur;etape;montant\nA1;;Région;voté;1")
    assert "en trop" in str(refused.value)
    assert "montant" in str(refused.value)


def test_a_file_of_rejected_lines_is_mended_and_sent_again(officer):
    found = send(officer, "A1;2026;Région;voté;mille;CP;", dry_run=True)
    rows = [{**line.row.cells, "ligne": str(line.row.line), "pourquoi": line.why} for line in found.of("rejected")]
    text = table_csv(MONEY_TABLE.of_rejects, rows)
    assert text.splitlines()[0] == "\ufeff" + HEADS + ";ligne;pourquoi"
    assert send(officer, content=text.replace("mille", "1000")).counts["added"] == 1


def test_a_file_is_taken_back_whole_with_a_reason(officer):
    batch = send(officer, "A1;2026;Région;voté;1;CP 1;", "A1;2026;Région;voté;2;CP 2;").batch
    first = batch.lines.first()
    withdraw_line(line=first, reason="doublon", by=officer, now=make.NOW)
    with pytest.raises(Refused, match="pourquoi"):
        undo_budget(batch=batch, reason="", by=officer, now=make.NOW)
    assert undo_budget(batch=batch, reason="mauvais fichier", by=officer, now=make.NOW) == 1
    assert [line.withdrawn_reason for line in batch.lines.order_by("pk")] == ["doublon", "mauvais fichier"]
    with pytest.raises(Refused, match="déjà retiré"):
        undo_budget(batch=batch, reason="encore", by=officer, now=make.NOW)
    assert send(officer, "A1;2026;Région;voté;1;CP 1;").counts["added"] == 1


def test_a_file_of_values_is_not_taken_back_as_a_budget(officer):
    batch = Batch.objects.create(
        strategy_id=make.SLUG, kind="values", file_name="v.csv", file_hash="0" * 64, by=officer, at=make.NOW
    )
    with pytest.raises(Refused) as refused:
        undo_budget(batch=batch, reason="non", by=officer, now=make.NOW)
    assert refused.value.code == "not_a_budget"


@pytest.mark.parametrize("role", [Role.SECOND_READER, Role.COMMITTEE, Role.ADMIN, Role.ADVISER])
def test_only_officers_of_the_region_import_money(officer, role):
    batch, other = send(officer, "A1;2026;Région;voté;1;CP 1;").batch, accounts.person(role)
    with pytest.raises(NotAllowed):
        send(other, "A1;2026;Région;voté;1;;", dry_run=True)
    with pytest.raises(NotAllowed):
        undo_budget(batch=batch, reason="non", by=other, now=make.NOW)


# -- what goes out comes back ------------------------------------------------------------------------------------------
words = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20) | st.sampled_from(
    ["=1+1", "'=1", "''-2", "+a", "@x", "\t=1", "a;b", 'a"b', "a\nb", "'"]
)
amounts = st.builds(
    Amount,
    st.sampled_from(["A1", "A2", "O1", "S"]),
    st.none() | st.integers(2026, 2030),
    st.sampled_from(Fund),
    st.sampled_from(Stage),
    st.integers(0, 10**14).map(lambda cents: Decimal(cents) / 100),
    words.map(str.strip),
    words.map(str.strip),
)


@given(st.lists(amounts, min_size=1, max_size=8))
def test_what_a_file_says_is_what_was_written_whatever_the_words(lines):
    text = table_csv(COLUMNS, map(cells_of, lines))
    rows = read_table(text.encode(), MONEY_TABLE)
    assert [amount_in(row) for row in rows] == lines
    for cells in text.replace("\r\n", "\n").split("\n"):
        assert not cells.startswith(("=", "+", "-", "@"))


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(amounts, min_size=1, max_size=6))
def test_an_export_read_again_changes_nothing(officer, lines):
    BudgetLine.objects.exclude(origin="text").delete()
    send(officer, content=table_csv(COLUMNS, map(cells_of, lines)))
    before = export()
    again = send(officer, content=before)
    assert again.counts["added"] == again.counts["rejected"] == 0
    assert again.batch is None
    assert export() == before


def test_a_row_with_a_fault_is_not_read_as_an_amount():
    [row] = read_table(f"{HEADS}\nA1;;Région;voté;1;;;x".encode(), MONEY_TABLE)
    with pytest.raises(Unreadable):
        amount_in(row)
