"""Components: what they show, and that a mistyped attribute is an error."""

import re
from dataclasses import dataclass, field
from datetime import date
from types import SimpleNamespace

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import Context, Template, TemplateSyntaxError
from django.test import RequestFactory
from django.utils.safestring import mark_safe
from django.utils.translation import override

from ensembleur.logic.answers import Answer, Reason
from ensembleur.sources import Confidence, Evidence, Source
from ensembleur.web.templatetags import ui

DAY = date(2026, 3, 12)


def show(text, /, **context):
    return Template(text).render(Context(context))


def words(html):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)).replace("\u00a0", " ").strip()


@pytest.mark.parametrize(
    "text",
    [
        '{% panel titre="Un" %}x{% endpanel %}',
        '{% panel title="Un" tone="red" %}x{% endpanel %}',
        "{% panel %}x{% endpanel %}",
        '{% state "maybe" "?" %}',
        '{% evidence "guessed" %}',
        '{% figure 1 "a" couleur="b" %}',
        "{% progress_bar 1 2 %}",
        "{% steps items=rows %}",
        '{% chart "a" "b" %}x{% endchart %}',
        '{% map "a" "b" "c" %}x{% endmap %}',
        '{% answer_card verdict colour="red" %}',
        "{% answer_card wrong %}",
        "{% field %}",
    ],
)
def test_a_mistyped_component_is_an_error(text):
    rows = [{"label": "a", "state": "later"}]
    with pytest.raises(TemplateSyntaxError):
        show(text, rows=rows, verdict={"title": "a", "state": "yes"}, wrong={"title": "a", "state": "perhaps"})


def test_a_panel_has_a_title_and_escapes_it():
    html = show('{% panel title=title tone="yes" id="p" %}<b>dedans</b>{% endpanel %}', title="<i>Titre</i>")
    assert "&lt;i&gt;Titre&lt;/i&gt;" in html
    assert "<b>dedans</b>" in html
    assert 'aria-labelledby="p-title"' in html


def test_what_a_variable_holds_is_escaped_inside_a_block():
    assert "&lt;script" in show('{% panel title="a" %}{{ text }}{% endpanel %}', text="<script>")


@pytest.mark.parametrize("name", ["yes", "no", "unknown", "closed", "info"])
def test_a_state_is_a_word_and_a_shape(name):
    html = show("{% state name %}", name=name)
    assert "<svg" in html
    assert words(html)


def test_shapes_of_different_states_differ():
    drawings = {
        show("{% shape name %}", name=name).split(">", 1)[1] for name in ("check", "question", "cross", "clock", "info", "jury")
    }
    assert len(drawings) == 6


def test_evidence_says_how_when_and_where_from():
    html = show('{% evidence "declared" as_of=day source="questionnaire" %}', day=DAY)
    assert words(html) == "déclaré le 12 mars 2026 · questionnaire"
    assert words(show("{% evidence kind %}", kind=Evidence.OBSERVED)) == "observé"


def test_a_figure_is_written_in_the_language_of_the_page():
    assert "45\u202f000" in show('{% figure 45000 "établissements" source="registre" date=day %}', day=DAY)


def test_a_definition_that_is_not_known_says_so():
    assert "non renseigné" in show("{% definition_list rows %}", rows=[("Effectif", None)])
    assert "0" in words(show("{% definition_list rows %}", rows=[("Effectif", 0)]))


def test_a_breadcrumb_ends_on_the_page_itself():
    html = show("{% breadcrumb rows %}", rows=[("Accueil", "/"), ("Ici", "/ici/")])
    assert html.count("<a ") == 1
    assert 'aria-current="page">Ici' in html


def test_a_rail_marks_the_current_step():
    rows = [
        {"label": "Un", "url": "/1", "state": "done"},
        {"label": "Deux", "state": "current"},
        {"label": "Trois", "state": "todo"},
    ]
    html = show("{% steps rows %}", rows=rows)
    assert html.count('aria-current="step"') == 1
    assert "(terminé)" in html


def test_progress_is_said_in_words_and_machine_numbers_stay_plain():
    html = show('{% progress_bar 1500 2000 "Lignes" %}')
    assert 'value="1500" max="2000"' in html
    assert "1\u202f500 sur 2\u202f000" in html


# -- pager -------------------------------------------------------------------------------------------------------------
def pager(pages, query="", **extra):
    return show("{% pager pages %}", pages=pages, request=RequestFactory().get(f"/?{query}"), **extra)


def test_a_pager_keeps_the_other_parameters():
    html = pager(Paginator(range(60), 20).page(2), "q=vis&page=2")
    assert re.findall(r'href="([^"]+)"', html) == ["?q=vis&amp;page=1", "?q=vis&amp;page=3"]
    assert "Page 2 sur 3" in words(html)


def test_a_pager_follows_a_cursor():
    assert re.findall(r'href="([^"]+)"', pager(SimpleNamespace(previous=None, next="abc="), "q=vis")) == [
        "?q=vis&amp;cursor=abc%3D"
    ]
    assert re.findall(r'href="([^"]+)"', pager({"previous": "a", "next": "b"})) == ["?cursor=a", "?cursor=b"]


def test_a_single_page_has_no_pager():
    assert pager(Paginator(range(3), 20).page(1)).strip() == ""


# -- the explained answer ----------------------------------------------------------------------------------------------
@dataclass
class Verdict:
    title: str = "Aide d'exemple"
    state: str = "unknown"
    headline: str = "jusqu'à 250 000 €"
    reasons: list[Reason] = field(default_factory=list)
    source: Source | None = None


def test_a_card_counts_its_reasons_and_reads_them_aloud():
    reasons = [
        Reason("a", Answer.YES, "Dans la région"),
        Reason("b", Answer.UNKNOWN, "Effectif non renseigné"),
        Reason("c", None, "Impact du projet", kind="jury"),
    ]
    text = words(show("{% answer_card verdict %}", verdict=Verdict(reasons=reasons)))
    assert "1 condition remplie · 1 inconnue · 0 contraire" in text
    assert "À vérifier" in text
    assert "Remplie : Dans la région" in text.replace("✓ ", "")
    assert "Apprécié par un jury, ne décide pas : Impact du projet" in text.replace("◇ ", "")


def test_a_condition_that_another_makes_up_for_is_no_obstacle():
    either = {"group": "g", "group_says": "Une au moins de ces 2 conditions"}
    reasons = [
        Reason("a", Answer.YES, "Chiffre d'affaires", **either),
        Reason("b", Answer.NO, "Bilan", matters=False, **either),
    ]
    text = words(show("{% answer_card verdict %}", verdict=Verdict(state="yes", reasons=reasons)))
    assert "1 condition remplie · 0 inconnue · 0 contraire" in text
    assert "Une au moins de ces 2 conditions" in text
    assert "Sans effet, une autre condition suffit" in text


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (
            Source("Règlement", checked_on=DAY, confidence=Confidence.PRIMARY),
            "Règlement , vérifié le 12 mars 2026 · fiabilité : primaire",
        ),
        (Source("Page lue"), "Page lue , non vérifié · fiabilité : non vérifiée"),
    ],
)
def test_a_card_says_who_read_the_source_and_when(source, said):
    html = show("{% answer_card verdict %}", verdict=Verdict(source=source))
    assert said.replace(" ,", ",") in words(html).replace(" ,", ",")


def test_a_card_links_only_where_there_is_an_address():
    assert "<a " not in show("{% answer_card verdict %}", verdict=Verdict())
    html = show(
        "{% answer_card verdict %}",
        verdict={"title": "A", "state": "yes", "url": "/a", "action_url": "/b", "action_label": "Agir"},
    )
    assert re.findall(r'href="([^"]+)"', html) == ["/a", "/b"]


def test_a_card_escapes_what_it_is_given():
    assert "<img" not in show("{% answer_card verdict %}", verdict=Verdict(reasons=[Reason("a", Answer.NO, "<img>")]))


# -- charts, maps ------------------------------------------------------------------------------------------------------
def test_a_chart_without_javascript_is_its_table():
    html = show('{% chart "c" "/spec.json" "Titre" %}<table></table>{% endchart %}')
    assert "<table></table>" in html
    assert 'data-chart="/spec.json"' in html
    assert re.search(r"<details[^>]*\sopen", html)


def test_a_map_without_javascript_is_its_twin(settings):
    settings.MAP_TILES_URL = "https://tiles.example/{z}/{x}/{y}.png"
    html = show('{% map "m" "/o.geojson" "/p.geojson" "Titre" window_form="search" %}<ul></ul>{% endmap %}')
    assert "<ul></ul>" in html
    assert 'data-tiles="https://tiles.example/' in html
    assert re.search(r'id="m"[^>]*\shidden', html)


# -- forms -------------------------------------------------------------------------------------------------------------
class Sample(forms.Form):
    name = forms.CharField(label="Nom", help_text="Tel qu'écrit")
    size = forms.ChoiceField(label="Taille", choices=[("s", "Petite"), ("l", "Grande")], widget=forms.RadioSelect)
    agree = forms.BooleanField(label="D'accord", required=False)
    colour = forms.ChoiceField(label="Couleur", choices=[("b", "Bleu")], required=False)
    token = forms.CharField(widget=forms.HiddenInput, required=False)

    def clean(self):
        if self.data.get("clash"):
            raise forms.ValidationError("Ces réponses se contredisent.")


def test_a_field_ties_label_hint_and_error_to_its_input():
    form = Sample({})
    html = show("{% field form.name %}", form=form)
    assert '<label class="field-label" for="id_name">' in html
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert 'id="id_name_helptext"' in html
    assert 'id="id_name_error"' in html
    assert 'class="form-control is-invalid"' in html


def test_choices_are_a_fieldset_with_its_legend():
    html = show("{% field form.size %}", form=Sample())
    assert "<legend" in html
    assert html.count('type="radio"') == html.count("form-check-label") == 2


@pytest.mark.parametrize(
    ("name", "expected"),
    [("agree", "form-check-input"), ("colour", "form-select"), ("token", 'type="hidden"')],
)
def test_each_kind_of_field_has_its_look(name, expected):
    assert expected in show("{% field bound %}", bound=Sample()[name])


def test_only_a_field_that_may_stay_empty_says_so():
    assert "(facultatif)" in show("{% field form.colour %}", form=Sample())
    assert "(facultatif)" not in show("{% field form.name %}", form=Sample())


def test_the_summary_leads_to_each_field_and_is_absent_when_all_is_right():
    html = show("{% form_errors form %}", form=Sample({"clash": "1"}))
    assert 'href="#id_name"' in html
    assert "Ces réponses se contredisent." in html
    assert "3 points à corriger" in html
    assert show("{% form_errors form %}", form=Sample()).strip() == ""


def test_the_summary_of_one_fault_is_singular():
    assert "1 point à corriger" in show("{% form_errors form %}", form=Sample({"name": "a"}))


def test_what_is_kept_of_a_component_follows_the_language_and_never_loses_its_escape():
    source = Source(title="<Guide>", checked_on=date(2026, 3, 1))
    reason = Reason("a", Answer.YES, "plus de <10> salariés")
    with override("fr"):
        french = ui.source_line(source), ui.answer_card({"title": "Aide", "state": "yes", "reasons": [reason]})
    with override("en"):
        english = ui.source_line(source), ui.answer_card({"title": "Aide", "state": "yes", "reasons": [reason]})
    assert "vérifié le" in french[0]
    assert "vérifié le" not in english[0]
    assert "1 condition remplie" in french[1]
    assert "1 condition remplie" not in english[1]
    assert all("&lt;10&gt;" in card for card in (french[1], english[1]))
    assert ui.state("yes", mark_safe("a &amp; b")) != ui.state("yes", "a &amp; b")
    assert all("&lt;Guide&gt;" in line for line in (french[0], english[0]))
