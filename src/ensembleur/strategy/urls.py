"""The addresses of the strategy domain: /strategie/ for everybody, /pilotage/ for agents."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from ensembleur.strategy.views import (
    budget,
    budget_desk,
    files,
    public,
    quality,
    report,
    room,
    room_acts,
    sheets,
    value_control,
    value_import,
    values,
)


class CodeConverter(StringConverter):
    """A code as the files of strategies allow it: anything else, a NUL character say, is no page of ours."""

    regex = "[A-Za-z0-9][A-Za-z0-9._-]*"


register_converter(CodeConverter, "code")
app_name = "strategy"
urlpatterns = [
    # -- public
    path("strategie/", public.home, name="home"),
    path("strategie/<slug:strategy>/", public.strategy_page, name="strategy"),
    path("strategie/<slug:strategy>/plan-d-avant/", public.former_page, name="former"),
    path("strategie/<slug:strategy>/objectif/<code:objective>/", public.objective_page, name="objective"),
    path("strategie/<slug:strategy>/mesure/<code:measure>/", sheets.measure_page, name="measure"),
    path("strategie/<slug:strategy>/indicateur/<code:indicator>/", sheets.indicator_page, name="indicator"),
    path("strategie/<slug:strategy>/indicateurs.csv", files.strategy_csv, name="strategy_csv"),
    path("strategie/<slug:strategy>/indicateurs.json", files.strategy_json, name="strategy_json"),
    path("strategie/<slug:strategy>/mesure/<code:measure>/donnees.csv", files.measure_csv, name="measure_csv"),
    path("strategie/<slug:strategy>/indicateur/<code:indicator>/donnees.csv", files.indicator_csv, name="indicator_csv"),
    path("strategie/<slug:strategy>/indicateur/<code:indicator>/tableau.csv", files.table_csv, name="table_csv"),
    path("strategie/<slug:strategy>/indicateur/<code:indicator>/courbe.json", files.indicator_chart, name="indicator_chart"),
    path("strategie/<slug:strategy>/avancement.json", files.overview_chart, name="overview_chart"),
    path(
        "strategie/<slug:strategy>/indicateur/<code:indicator>/carte-<slug:kind>.geojson",
        files.indicator_map,
        name="indicator_map",
    ),
    # -- money, for everybody
    path("strategie/<slug:strategy>/argent/", budget.budget, name="budget"),
    path("strategie/<slug:strategy>/argent.csv", budget.budget_csv, name="budget_csv"),
    path("strategie/<slug:strategy>/argent/courbe.json", budget.budget_chart, name="budget_chart"),
    # -- the annual report, for everybody
    path("strategie/<slug:strategy>/rapport/", report.latest_report, name="latest_report"),
    path("strategie/<slug:strategy>/rapport/<int:year>/", report.report, name="report"),
    path("strategie/<slug:strategy>/rapport/<int:year>/dessins/<code:code>.json", report.report_chart, name="report_chart"),
    path("strategie/<slug:strategy>/rapport/<int:year>/rapport.<slug:kind>", report.report_file, name="report_file"),
    # -- values: reported, approved, locked, contested
    path("pilotage/valeurs/", values.desk, name="values"),
    path("pilotage/valeurs/propositions/<int:pk>/", values.proposal, name="proposal"),
    path("pilotage/valeurs/fichiers/<int:pk>/", value_import.batch, name="batch"),
    path("pilotage/valeurs/mesures/<int:pk>/corriger/", values.correct, name="correct"),
    path("pilotage/valeurs/mesures/<int:pk>/contester/", value_control.dispute, name="dispute"),
    path("pilotage/contestations/<int:pk>/", value_control.settle, name="settle"),
    path("pilotage/verrous/<int:pk>/rouvrir/", value_control.lift_lock, name="lift_lock"),
    path("pilotage/qualite/", quality.quality, name="quality"),
    path("pilotage/strategies/<slug:slug>/verrous/", value_control.locks, name="locks"),
    path("pilotage/strategies/<slug:slug>/importer/", value_import.import_values, name="import_values"),
    path("pilotage/strategies/<slug:slug>/valeurs.csv", value_import.export_values, name="export_values"),
    path("pilotage/strategies/<slug:slug>/indicateurs/<code:code>/", values.value_form, name="value_form"),
    # -- money, as officers keep it
    path("pilotage/strategies/<slug:slug>/argent/", budget_desk.budget_lines, name="budget_lines"),
    path("pilotage/strategies/<slug:slug>/argent/importer/", budget_desk.import_budget, name="import_budget"),
    path("pilotage/argent/<int:pk>/retirer/", budget_desk.withdraw_line, name="withdraw_line"),
    path("pilotage/argent/fichiers/<int:pk>/retirer/", budget_desk.undo_budget, name="undo_budget"),
    # -- the committee's room
    path("pilotage/", room.room, name="room"),
    path("pilotage/alertes.csv", room.alerts_csv, name="alerts_csv"),
    path("pilotage/strategies/<slug:slug>/decisions/nouvelle/", room_acts.new_decision, name="new_decision"),
    path("pilotage/decisions/<int:pk>/", room_acts.decision, name="decision"),
    path("pilotage/decisions/<int:pk>/corriger/", room_acts.correct_decision, name="correct_decision"),
    path("pilotage/strategies/<slug:slug>/questions/nouvelle/", room_acts.ask, name="ask"),
    path("pilotage/questions/<int:pk>/", room_acts.question, name="question"),
    path("pilotage/strategies/<slug:slug>/etapes/<int:year>/<slug:code>/", room_acts.step, name="step"),
]
