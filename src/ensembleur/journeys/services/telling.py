"""The plain words in which companies, advisers and officers are told where a need stands."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ensembleur.accounts.models import User
from ensembleur.accounts.services.notices import register_notice
from ensembleur.accounts.services.notifying import notify
from ensembleur.journeys.catalogue.subjects import subject_title
from ensembleur.journeys.choices import NeedOutcome
from ensembleur.journeys.models import Need
from ensembleur.journeys.queries.advisers import officers_of, people_of

# kind → what a person reads where they choose their e-mails, and whether time writes it.
NOTICES: dict[str, tuple[str | Promise, bool]] = {
    "need_asked": (gettext_lazy("Une entreprise demande un conseiller"), False),
    "need_status": (gettext_lazy("Votre demande à un conseiller avance"), False),
    "need_over": (gettext_lazy("Une demande ne vous est plus adressée"), False),
    "need_message": (gettext_lazy("Un message sur une demande"), False),
    "need_to_reroute": (gettext_lazy("Une demande attend d'être orientée"), False),
    "need_nudge": (gettext_lazy("Rappel : une demande attend votre réponse"), True),
    "need_waiting": (gettext_lazy("Votre demande n'a pas encore de réponse"), True),
    "need_released": (gettext_lazy("Une demande est restée sans réponse"), True),
}


def register_need_notices() -> None:
    """Declare these kinds; called when the domain is ready."""
    for kind, (label, is_reminder) in NOTICES.items():
        register_notice(kind, label, is_reminder=is_reminder)


def address_of(need: Need) -> str:
    """The path of the need's page."""
    return reverse("journeys:need", args=[need.pk])


def address_of_any() -> str:
    """The same with « {need} » for the number, for those who write thousands."""
    return reverse("journeys:need", args=[0]).replace("0", "{need}")


def subject_of(need: Need, lang: str) -> str:
    """The subject's title, in the reader's language."""
    return subject_title(need.subject, lang)


def address_of_queue() -> str:
    """The path of the officers' list of needs to send somewhere."""
    return reverse("journeys:routing")


Wording = Callable[[str], tuple[str, str]]  # subject's title → (title, body), called in the reader's language


def tell(*, people: Iterable[User], need: Need, kind: str, event: str, words: Wording, now: datetime) -> int:
    """Tell each of these people once; `event` names what happened to the need, such as "taken:2". Returns how many were told."""
    told = 0
    for person in people:
        with translation.override(person.language):
            title, body = words(subject_of(need, person.language))
        key = f"need:{need.pk}:{event}:user:{person.pk}"
        told += notify(to=person, kind=kind, key=key, title=title, body=body, url=address_of(need), now=now) is not None
    return told


def tell_company(
    *, need: Need, event: str, words: Wording, now: datetime, kind: str = "need_status", but: User | None = None
) -> int:
    """Tell the company's people, but the one who just acted."""
    people = User.objects.filter(pk__in=people_of(need.journey), is_active=True).order_by("pk")
    return tell(people=[one for one in people if one != but], need=need, kind=kind, event=event, words=words, now=now)


def tell_officers(*, need: Need, event: str, now: datetime, but: User | None = None) -> int:
    """Tell the officers of the place that a need waits for them to send it somewhere."""
    people = [one for one in officers_of(need.journey) if one != but]
    return tell(people=people, need=need, kind="need_to_reroute", event=event, words=to_reroute, now=now)


# -- the words: each takes the subject's title and gives a title and a body ---------------------------------------------
def asked(title: str) -> tuple[str, str]:
    """To the advisers asked."""
    return (
        _("Demande à prendre en charge : %(subject)s") % {"subject": title},
        _(
            "Une entreprise de votre périmètre demande un conseiller sur ce sujet. Lisez sa demande, puis prenez-la en charge ou dites que vous ne pouvez pas aider."
        ),
    )


def to_reroute(title: str) -> tuple[str, str]:
    """To the officers."""
    return (
        _("Demande à orienter : %(subject)s") % {"subject": title},
        _("Aucun conseiller n'est chargé de cette demande. Choisissez à qui l'adresser."),
    )


def opened(count: int) -> Wording:
    """To the company, when its question leaves: to how many advisers."""

    def words(title: str) -> tuple[str, str]:
        if count:
            body = _(
                "Votre demande est arrivée chez les conseillers concernés. Vous serez prévenu dès que l'un d'eux la prend en charge."
            )
        else:
            body = _(
                "Aucun conseiller ne couvre encore ce sujet à cet endroit : un agent va chercher à qui adresser votre demande."
            )
        return _("Demande envoyée : %(subject)s") % {"subject": title}, body

    return words


def taken(adviser: User) -> Wording:
    """To the company: who answers. Taking a need in charge is not yet a call: say so."""

    def words(title: str) -> tuple[str, str]:
        body = _("%(adviser)s prend votre demande en charge et va prendre contact avec vous.") % {
            "adviser": adviser.full_name or _("Un conseiller")
        }
        return _("Demande prise en charge : %(subject)s") % {"subject": title}, body

    return words


def stood_down(adviser: User) -> Wording:
    """To the other advisers asked."""

    def words(title: str) -> tuple[str, str]:
        body = _("%(adviser)s a pris cette demande en charge : vous n'avez plus rien à faire.") % {
            "adviser": adviser.full_name or _("Un autre conseiller")
        }
        return _("Demande prise par un autre conseiller : %(subject)s") % {"subject": title}, body

    return words


def closed(outcome: str, note: str) -> Wording:
    """To the company, for each way a need may end, without softening it."""

    def words(title: str) -> tuple[str, str]:
        bodies = {
            NeedOutcome.HELPED: _(
                "Votre conseiller a terminé : il indique qu'une aide vous a été apportée. Si ce n'est pas le cas, rouvrez la demande."
            ),
            NeedOutcome.NOT_HELPED: _(
                "Votre conseiller a terminé : il indique qu'aucune aide n'était possible. Vous pouvez rouvrir la demande."
            ),
            NeedOutcome.NOT_REACHED: _(
                "Votre conseiller n'a pas réussi à vous joindre. Rouvrez la demande quand vous serez disponible."
            ),
            NeedOutcome.WITHDRAWN: _("La demande a été retirée."),
            NeedOutcome.UNANSWERED: _(
                "Personne n'a répondu à votre demande en 45 jours. Nous vous devons des excuses : un agent la reprend pour l'adresser à quelqu'un d'autre."
            ),
        }
        body = bodies[NeedOutcome(outcome)]
        return _("Demande close : %(subject)s") % {"subject": title}, f"{body}\n\n{note}".strip() if note else body

    return words


def rerouted(title: str) -> tuple[str, str]:
    """To the company, when its question goes to other people."""
    return (
        _("Demande adressée à d'autres conseillers : %(subject)s") % {"subject": title},
        _(
            "Votre demande n'était pas arrivée chez les bonnes personnes : elle vient d'être réorientée, avec tout ce que vous avez écrit."
        ),
    )


def called_off(title: str) -> tuple[str, str]:
    """To the advisers a need is no longer addressed to."""
    return (
        _("Demande retirée ou réorientée : %(subject)s") % {"subject": title},
        _("Cette demande ne vous est plus adressée : vous n'avez plus rien à faire."),
    )


def reopened(title: str) -> tuple[str, str]:
    """To the company, when somebody opened its question again."""
    return (
        _("Demande rouverte : %(subject)s") % {"subject": title},
        _("Votre demande est de nouveau ouverte et adressée à des conseillers."),
    )


def handed_over(title: str) -> tuple[str, str]:
    """To the company, when its adviser passes its question on."""
    return (
        _("Demande passée à un autre conseiller : %(subject)s") % {"subject": title},
        _(
            "Votre conseiller transmet votre demande à un autre conseiller, avec tout ce que vous avez écrit. Vous serez prévenu quand elle sera prise en charge."
        ),
    )


def adviser_left(title: str) -> tuple[str, str]:
    """To the company, when the account of its adviser is closed."""
    return (
        _("Demande à réorienter : %(subject)s") % {"subject": title},
        _(
            "Votre conseiller n'est plus joignable ici : un agent va adresser votre demande à quelqu'un d'autre, avec tout ce que vous avez écrit."
        ),
    )


def message(author: User, body: str) -> Wording:
    """To the others on the thread."""

    def words(title: str) -> tuple[str, str]:
        return _("Message de %(author)s : %(subject)s") % {
            "author": author.full_name or _("un participant"),
            "subject": title,
        }, body

    return words


# -- the words of the clocks -------------------------------------------------------------------------------------------
def nudged(title: str) -> tuple[str, str]:
    """To the advisers asked, on the ninth day."""
    return (
        _("Une entreprise attend votre réponse : %(subject)s") % {"subject": title},
        _("Cette demande vous est adressée depuis neuf jours et personne ne l'a prise en charge."),
    )


def last_call(title: str) -> tuple[str, str]:
    """To the advisers asked, on the twenty-first day."""
    return (
        _("Dernière relance : %(subject)s") % {"subject": title},
        _(
            "Personne n'a pris cette demande en charge depuis trois semaines. Sans réponse, l'entreprise saura que nous n'avons pas répondu."
        ),
    )


def released_adviser(title: str) -> tuple[str, str]:
    """To the advisers asked, on the forty-fifth day."""
    return (
        _("Délai dépassé : %(subject)s") % {"subject": title},
        _("Cette demande est restée 45 jours sans réponse : elle ne vous est plus adressée et un agent la reprend."),
    )


def not_taken_yet(title: str) -> tuple[str, str]:
    """To the company: silence is said, not hidden."""
    return (
        _("Votre demande n'est pas encore prise en charge : %(subject)s") % {"subject": title},
        _(
            "Aucun conseiller ne l'a encore prise en charge. Nous avons relancé ceux à qui elle est adressée ; vous pouvez la compléter."
        ),
    )


def nobody_asked_yet(title: str) -> tuple[str, str]:
    """To the company, when there is still nobody to ask: no reminder was sent, so none is claimed."""
    return (
        _("Votre demande n'est pas encore prise en charge : %(subject)s") % {"subject": title},
        _("Nous cherchons encore à quel conseiller l'adresser : un agent s'en occupe ; vous pouvez la compléter."),
    )


def unanswered(title: str) -> tuple[str, str]:
    """To the company, on the forty-fifth day."""
    return closed(NeedOutcome.UNANSWERED, "")(title)


def released_officer() -> tuple[str, str]:
    """To the officers: some questions were never answered."""
    return (
        _("Des demandes sont restées 45 jours sans réponse"),
        _("Elles attendent dans la liste des demandes à orienter : choisissez à qui les adresser."),
    )
