"""The addresses of the schemes domain, below /aides/."""

from django.urls import path

from ensembleur.schemes.views import eligibility, public
from ensembleur.schemes.views.rules import desk, draft, flips, founding, parts

app_name = "schemes"
urlpatterns = [
    path("", public.scheme_list, name="list"),
    path("dispositifs.csv", public.national_csv, name="national_csv"),
    path("verifier/", eligibility.check_siret, name="check"),
    path("pour/<str:siret>/", eligibility.of_establishment, name="of_establishment"),
    path("pour/<str:siret>/question/", eligibility.question, name="question"),
    path("pour/<str:siret>/faits/", eligibility.known_facts, name="facts"),
    path("pour/<str:siret>/faits/<slug:key>/retirer/", eligibility.withdraw, name="withdraw"),
    path("redaction/", desk.desk, name="rules"),
    path("redaction/nouveau/", founding.found, name="found_scheme"),
    path("redaction/dispositif/<slug:slug>/", desk.history, name="history"),
    path("redaction/dispositif/<slug:slug>/ecrire/", desk.start, name="start_draft"),
    path("redaction/dispositif/<slug:slug>/fichiers-lus/", desk.settle, name="settle_files"),
    path("redaction/texte/<int:pk>/", desk.version, name="version"),
    path("redaction/texte/<int:pk>/revenir/", desk.take_back, name="return_to"),
    path("redaction/texte/<int:pk>/abandonner/", draft.withdraw, name="withdraw_draft"),
    path("redaction/texte/<int:pk>/bascules/", flips.flips, name="flips"),
    path("redaction/texte/<int:pk>/bascules.csv", flips.flips_csv, name="flips_csv"),
    path("redaction/texte/<int:pk>/soumettre/", flips.submit, name="submit_draft"),
    path("redaction/texte/<int:pk>/des-aujourd-hui/", flips.start_today, name="start_today"),
    path("redaction/texte/<int:pk>/publier/", flips.publish, name="publish_version"),
    path("redaction/texte/<int:pk>/renvoyer/", flips.send_back, name="send_back"),
    path("redaction/brouillon/<int:pk>/", draft.draft_page, name="draft"),
    path("redaction/brouillon/<int:pk>/pourquoi/", draft.note, name="draft_note"),
    path("redaction/brouillon/<int:pk>/condition/", draft.add_condition, name="add_condition"),
    path("redaction/brouillon/<int:pk>/condition/<str:place>/", draft.change_condition, name="change_condition"),
    path("redaction/brouillon/<int:pk>/condition/<str:place>/deplacer/", draft.move, name="move_condition"),
    path("redaction/brouillon/<int:pk>/condition/<str:place>/supprimer/", draft.remove, name="remove_condition"),
    path("redaction/brouillon/<int:pk>/condition/<str:place>/grouper/", draft.group, name="group_condition"),
    path("redaction/brouillon/<int:pk>/dates/", parts.dates, name="draft_dates"),
    path("redaction/brouillon/<int:pk>/sessions/", parts.windows, name="draft_windows"),
    path("redaction/brouillon/<int:pk>/montant/", parts.amount, name="draft_amount"),
    path("redaction/brouillon/<int:pk>/fiche/", founding.sheet, name="draft_sheet"),
    path("redaction/brouillon/<int:pk>/partage/", parts.split, name="draft_split"),
    path("redaction/brouillon/<int:pk>/enveloppe/", parts.envelope, name="draft_envelope"),
    path("redaction/brouillon/<int:pk>/criteres/", parts.criteria, name="draft_criteria"),
    path("redaction/brouillon/<int:pk>/liens/", parts.edges, name="draft_edges"),
    path("redaction/brouillon/<int:pk>/parametre/", parts.parameter, name="add_parameter"),
    path("redaction/brouillon/<int:pk>/parametre/<slug:name>/", parts.parameter, name="draft_parameter"),
    path("redaction/brouillon/<int:pk>/texte/", parts.source, name="add_source"),
    path("redaction/brouillon/<int:pk>/texte/<str:key>/", parts.source, name="draft_source"),
    path("<slug:slug>/", public.scheme_page, name="scheme"),
]
