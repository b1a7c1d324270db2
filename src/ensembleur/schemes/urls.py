"""The addresses of the schemes domain, below /aides/."""

from django.urls import path

from ensembleur.schemes.views import eligibility, public

app_name = "schemes"
urlpatterns = [
    path("", public.scheme_list, name="list"),
    path("dispositifs.csv", public.national_csv, name="national_csv"),
    path("verifier/", eligibility.check_siret, name="check"),
    path("pour/<str:siret>/", eligibility.of_establishment, name="of_establishment"),
    path("pour/<str:siret>/question/", eligibility.question, name="question"),
    path("pour/<str:siret>/faits/", eligibility.known_facts, name="facts"),
    path("pour/<str:siret>/faits/<slug:key>/retirer/", eligibility.withdraw, name="withdraw"),
    path("<slug:slug>/", public.scheme_page, name="scheme"),
]
