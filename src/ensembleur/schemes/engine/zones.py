"""The zones the rules speak of. A zone whose list of communes we could not source says so: it answers unknown, never no."""

from __future__ import annotations

from ensembleur.logic.words import Words, Zone

ILE_DE_FRANCE_DEPARTEMENTS = ("75", "77", "78", "91", "92", "93", "94", "95")

ZONES: dict[str, Zone] = {
    zone.key: zone
    for zone in (
        Zone(
            "ile-de-france",
            Words("Établissement en Île-de-France", "Establishment in Île-de-France"),
            Words("Établissement hors d'Île-de-France", "Establishment outside Île-de-France"),
            prefixes=ILE_DE_FRANCE_DEPARTEMENTS,
        ),
        Zone(
            "france",
            Words("Établissement en France", "Establishment in France"),
            Words("Établissement hors de France", "Establishment outside France"),
            prefixes=tuple("0123456789"),
        ),
        Zone(
            "zre-idf",
            Words("Établissement en zone de reconquête économique", "Establishment in a regional economic recovery zone"),
            Words(
                "Établissement hors zone de reconquête économique", "Establishment outside the regional economic recovery zones"
            ),
            fact="in_zre",
        ),
        Zone(
            "territoires-industrie",
            Words("Établissement dans un Territoire d'industrie", "Establishment in a “Territoire d'industrie”"),
            Words("Établissement hors des Territoires d'industrie", "Establishment outside the “Territoires d'industrie”"),
            fact="in_territoire_industrie",
        ),
        Zone(
            "afr",
            Words("Établissement en zone d'aide à finalité régionale", "Establishment in a regional State aid zone"),
            Words("Établissement hors zone d'aide à finalité régionale", "Establishment outside the regional State aid zones"),
            fact="in_afr",
        ),
    )
}
