"""The addresses of the journeys domain."""

from django.urls import path

from ensembleur.journeys.views import applications, desks, diagnosis, grants, home, mine, plan, result, start

app_name = "journeys"
urlpatterns = [
    path("", home.home, name="home"),
    path("parcours/", start.start, name="start"),
    path("parcours/subventions.csv", grants.grants_csv, name="grants_csv"),
    path("parcours/ouvrir/", start.open_one, name="open"),
    path("parcours/pour/<str:siret>/", start.door, name="door"),
    path("parcours/le-mien/", mine.mine, name="mine"),
    path("conseil/", desks.adviser_home, name="adviser_home"),
    path("instruction/", desks.officer_home, name="officer_home"),
    path("parcours/questionnaire/", start.questionnaire_page, name="questionnaire"),
    path("parcours/<int:pk>/", mine.journey, name="journey"),
    path("parcours/<int:pk>/prochaine-etape/", mine.next_step_fragment, name="next_step"),
    path("parcours/<int:pk>/diagnostic/", diagnosis.diagnosis, name="diagnosis"),
    path("parcours/<int:pk>/diagnostic/terminer/", diagnosis.finish, name="finish"),
    path("parcours/<int:pk>/diagnostic/<slug:axis>/", diagnosis.axis, name="axis"),
    path("parcours/<int:pk>/diagnostic/<slug:axis>/reponse/", diagnosis.autosave, name="autosave"),
    path("parcours/<int:pk>/resultat/", result.result, name="result"),
    path("parcours/<int:pk>/resultat/radar.json", result.radar, name="radar"),
    path("parcours/<int:pk>/plan/", plan.plan, name="plan"),
    path("parcours/<int:pk>/plan/calendrier.json", plan.timeline, name="timeline"),
    path("parcours/actions/<int:pk>/", plan.action, name="action"),
    path("parcours/<int:pk>/dossiers/nouveau/", applications.new, name="new_application"),
    path("parcours/dossiers/<int:pk>/", applications.application, name="application"),
    path("parcours/dossiers/<int:pk>/deposer/", applications.file, name="file"),
    path("parcours/dossiers/<int:pk>/pieces/", applications.add_paper, name="add_document"),
    path("parcours/dossiers/<int:pk>/messages/", applications.write, name="post_message"),
    path("parcours/dossiers/<int:pk>/instruire/<slug:act>/", desks.act, name="act"),
    path("parcours/pieces/<int:pk>/", applications.paper, name="document"),
    path("parcours/pieces/<int:pk>/retirer/", applications.remove_paper, name="remove_document"),
]
