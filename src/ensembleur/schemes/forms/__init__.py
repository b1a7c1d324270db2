"""The forms of schemes: what visitors answer, and what officers write."""

from ensembleur.schemes.forms.answers import AnswerForm, ListFilters, SiretForm

__all__ = ["AnswerForm", "ListFilters", "SiretForm"]
