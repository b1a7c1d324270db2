"""Every address of the platform, domain by domain."""

from django.urls import include, path

urlpatterns = [
    path("", include("ensembleur.web.urls")),
    path("", include("ensembleur.journeys.urls")),
    path("", include("ensembleur.territory.urls")),
    path("aides/", include("ensembleur.schemes.urls")),
    path("evenements/", include("ensembleur.meetings.urls")),
    path("", include("ensembleur.strategy.urls")),
    path("compte/", include("ensembleur.accounts.urls")),
    path("connexion/", include("allauth.urls")),
]

# What anyone may read without an account: the tests and `ensembleur demo --check` visit each, in French and in English.
PUBLIC_PAGES = [
    "journeys:home",
    "journeys:start",
    "journeys:door",
    "journeys:questionnaire",
    "journeys:oppose",
    "territory:search",
    "territory:places",
    "territory:place",
    "territory:establishment",
    "territory:company",
    "schemes:list",
    "schemes:check",
    "schemes:scheme",
    "schemes:of_establishment",
    "schemes:question",
    "schemes:facts",
    "meetings:list",
    "meetings:event",
    "meetings:register",
    "meetings:programme",
    "meetings:exhibitors",
    "meetings:tours",
    "meetings:tour_stops",
    "meetings:visit_offers",
    "strategy:home",
    "strategy:strategy",
    "strategy:objective",
    "strategy:measure",
    "strategy:indicator",
    "strategy:budget",
    "strategy:report",
    "accounts:unsubscribe",
    "web:gallery",
    "web:accessibility",
    "web:privacy",
    "web:legal",
]

handler400 = "ensembleur.web.views.bad_request"
handler403 = "ensembleur.web.views.forbidden"
handler404 = "ensembleur.web.views.not_found"
handler500 = "ensembleur.web.views.broken"
