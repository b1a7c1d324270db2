"""The site's addresses, and pages that go wrong on purpose."""

from django.http import HttpResponse
from django.template import engines
from django.urls import include, path
from django.views.decorators.csrf import csrf_protect

from ensembleur.errors import BadInput, NoSolution, NotAllowed, Refused, SourceError
from ensembleur.logic.answers import Answer, Reason
from ensembleur.urls import handler400, handler403, handler404, handler500
from ensembleur.web.pages import page

ERRORS = {
    "bad": BadInput("bad_siret", "Ce SIRET a 13 chiffres : il en faut 14."),
    "refused": Refused(
        "not_eligible", "L'entreprise dépasse 249 salariés.", reasons=[Reason("size", Answer.NO, "Effectif de 300")]
    ),
    "not_allowed": NotAllowed("not_your_company", "Vous ne représentez pas cette entreprise."),
    "source": SourceError("register_absent", "Le registre n'est pas arrivé."),
    "no_solution": NoSolution("no_timetable", "Aucun emploi du temps ne convient.", blocks=["salle B"], rank=3),
    "unforeseen": RuntimeError("boum"),
}


def go_wrong(request, name):
    """Raise the error of that name."""
    raise ERRORS[name]


@csrf_protect
def form(request):
    """A form that needs its token."""
    return HttpResponse("reçu")


def counter(request):
    """A page with a fragment."""
    return page(request, "counter.html", {"count": 3}, fragment="count")


urlpatterns = [
    path("wrong/<slug:name>/", go_wrong),
    path("form/", form),
    path("counter/", counter),
    path("", include("ensembleur.urls")),
]
__all__ = ["engines", "handler400", "handler403", "handler404", "handler500", "urlpatterns"]
