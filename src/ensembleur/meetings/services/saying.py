"""Why what somebody wrote cannot be kept, in one sentence of their language."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from ensembleur.errors import BadInput
from ensembleur.meetings.engine.people_files import Fault

_SAYS = {
    "long": gettext_lazy("« %(where)s » a %(length)s caractères : %(most)s au plus."),
    "unreadable": gettext_lazy("« %(where)s » contient un caractère illisible : écrivez-le de nouveau au clavier."),
    "turns_around": gettext_lazy("« %(where)s » contient un caractère invisible qui retourne le texte : retirez-le."),
    "missing": gettext_lazy("« %(where)s » est vide : remplissez-le."),
    "lines": gettext_lazy("« %(where)s » tient sur une seule ligne : retirez les retours à la ligne."),
    "email": gettext_lazy("« %(where)s » n'est pas une adresse électronique : écrivez par exemple nom@exemple.fr."),
    "phone": gettext_lazy("« %(where)s » n'est pas un numéro de téléphone : écrivez-le en chiffres, 20 signes au plus."),
    "choice": gettext_lazy("« %(where)s » ne connaît pas « %(text)s » : écrivez l'un de ces mots : %(known)s."),
    "number": gettext_lazy("« %(where)s » demande un nombre entier de %(least)s à %(most)s."),
    "many": gettext_lazy("« %(where)s » prend %(most)s codes au plus."),
    "division": gettext_lazy("« %(where)s » demande les deux premiers chiffres d'un code d'activité, par exemple 25, et non « %(text)s »."),
    "slots": gettext_lazy("« %(where)s » ne comprend pas « %(text)s » : écrivez des numéros de 1 à %(most)s, par exemple 1 2 5-7."),
    "instant": gettext_lazy("« %(where)s » demande un jour et une heure, par exemple 2027-01-12 09:20."),
    "code": "%(says)s",
    "cells": "%(says)s",
}  # fmt: skip


def says(fault: Fault) -> str:
    """What is wrong, where, and how to mend it."""
    return str(_SAYS[fault.code]) % {"where": fault.column, **fault.given}


def unfit(fault: Fault, where: str) -> BadInput:
    """The same as an error, `where` being what the field is called on screen."""
    fault.column = where
    return BadInput(fault.code, says(fault), at=where)
