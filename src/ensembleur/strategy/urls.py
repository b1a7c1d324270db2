"""The addresses of the strategy domain: /strategie/ for everybody, /pilotage/ for agents."""

from django.urls import path

from ensembleur.strategy.views import files, public, quality, sheets, value_control, value_import, values

app_name = "strategy"
urlpatterns = [
    # -- public
    path("strategie/", public.home, name="home"),
    path("strategie/<slug:strategy>/", public.strategy_page, name="strategy"),
    path("strategie/<slug:strategy>/objectif/<str:objective>/", public.objective_page, name="objective"),
    path("strategie/<slug:strategy>/mesure/<str:measure>/", sheets.measure_page, name="measure"),
    path("strategie/<slug:strategy>/indicateur/<str:indicator>/", sheets.indicator_page, name="indicator"),
    path("strategie/<slug:strategy>/indicateurs.csv", files.strategy_csv, name="strategy_csv"),
    path("strategie/<slug:strategy>/indicateurs.json", files.strategy_json, name="strategy_json"),
    path("strategie/<slug:strategy>/mesure/<str:measure>/donnees.csv", files.measure_csv, name="measure_csv"),
    path("strategie/<slug:strategy>/indicateur/<str:indicator>/donnees.csv", files.indicator_csv, name="indicator_csv"),
    path("strategie/<slug:strategy>/indicateur/<str:indicator>/courbe.json", files.indicator_chart, name="indicator_chart"),
    path("strategie/<slug:strategy>/avancement.json", files.overview_chart, name="overview_chart"),
    path(
        "strategie/<slug:strategy>/indicateur/<str:indicator>/carte-<slug:kind>.geojson",
        files.indicator_map,
        name="indicator_map",
    ),
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
    path("pilotage/strategies/<slug:slug>/indicateurs/<str:code>/", values.value_form, name="value_form"),
]
