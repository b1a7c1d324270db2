"""Names of companies, people and streets that exist nowhere: invented roots, ordinary trade words around them."""

from __future__ import annotations

import numpy as np

_HEADS = [
    "Bram",
    "Brév",
    "Calm",
    "Cav",
    "Clav",
    "Coran",
    "Dal",
    "Darv",
    "Dol",
    "Drév",
    "Falv",
    "Fer",
    "Flam",
    "Foran",
    "Galv",
    "Gram",
    "Grév",
    "Harv",
    "Jal",
    "Jorv",
    "Kel",
    "Lamb",
    "Larv",
    "Lov",
    "Lum",
    "Mal",
    "Marv",
    "Mév",
    "Nav",
    "Norv",
    "Orb",
    "Orv",
    "Pal",
    "Pév",
    "Quel",
    "Ram",
    "Rav",
    "Rév",
    "Salv",
    "Sav",
    "Sorv",
    "Talv",
    "Tam",
    "Tév",
    "Tor",
    "Val",
    "Varv",
    "Vel",
    "Vorm",
    "Zal",
    "Zéph",
]
_MIDDLES = [
    "an",
    "ar",
    "bel",
    "bri",
    "col",
    "del",
    "dor",
    "el",
    "en",
    "er",
    "gal",
    "gan",
    "i",
    "il",
    "in",
    "lo",
    "mar",
    "mel",
    "mi",
    "mon",
    "nar",
    "o",
    "or",
    "ran",
    "ri",
    "ro",
    "sal",
    "ta",
    "ti",
    "ton",
    "ul",
    "val",
    "ver",
    "vi",
]
_TAILS = [
    "ac",
    "and",
    "ard",
    "aux",
    "bert",
    "brun",
    "court",
    "del",
    "dier",
    "dou",
    "eau",
    "el",
    "et",
    "eval",
    "ey",
    "ic",
    "ien",
    "in",
    "is",
    "mont",
    "nard",
    "neuf",
    "on",
    "ot",
    "oux",
    "sac",
    "tel",
    "tier",
    "val",
    "vin",
]
_FIRST_NAMES = [
    "Adèle",
    "Alix",
    "Amina",
    "Anatole",
    "Aurélien",
    "Basile",
    "Bénédicte",
    "Camille",
    "Célestin",
    "Clémence",
    "Côme",
    "Daphné",
    "Elias",
    "Émile",
    "Estelle",
    "Fanny",
    "Farid",
    "Gabin",
    "Hector",
    "Inès",
    "Jeanne",
    "Joachim",
    "Karim",
    "Léonie",
    "Lucien",
    "Maëlle",
    "Malik",
    "Margot",
    "Nadia",
    "Noé",
    "Octave",
    "Ophélie",
    "Paulin",
    "Romane",
    "Samira",
    "Sixte",
    "Thaïs",
    "Timothée",
    "Ulysse",
    "Victoire",
    "Yasmine",
    "Zacharie",
]
_TRADES: dict[str, tuple[str, ...]] = {
    "10": ("Saveurs", "Fournil", "Conserverie", "Alimentaire", "Délices"),
    "11": ("Brasserie", "Boissons"),
    "13": ("Textiles", "Tissages"),
    "14": ("Couture", "Confection", "Atelier"),
    "15": ("Maroquinerie", "Cuirs"),
    "16": ("Bois", "Menuiserie", "Emballages"),
    "17": ("Papiers", "Cartonnages"),
    "18": ("Imprimerie", "Graphique", "Façonnage"),
    "20": ("Chimie", "Cosmétiques", "Formulation"),
    "21": ("Pharma", "Laboratoires", "Biotech"),
    "22": ("Plastiques", "Polymères", "Injection"),
    "23": ("Céramiques", "Matériaux", "Marbrerie"),
    "24": ("Métaux", "Fonderie"),
    "25": ("Mécanique", "Usinage", "Tôlerie", "Précision", "Décolletage", "Traitements"),
    "26": ("Électronique", "Optique", "Instruments", "Systèmes"),
    "27": ("Électrique", "Énergie", "Éclairage"),
    "28": ("Machines", "Équipements", "Hydraulique"),
    "29": ("Automobile", "Carrosserie"),
    "30": ("Aéro", "Ferroviaire", "Cycles"),
    "31": ("Agencement", "Mobilier"),
    "32": ("Joaillerie", "Prothèses", "Bijoux", "Médical"),
    "33": ("Maintenance", "Réparation", "Installation"),
    "35": ("Solaire", "Chaleur", "Énergies"),
    "36": ("Eaux",),
    "37": ("Assainissement",),
    "38": ("Recyclage", "Valorisation", "Tri"),
    "39": ("Dépollution",),
    "71": ("Ingénierie", "Études"),
    "72": ("Recherche", "Innovation"),
    "62": ("Logiciels", "Numérique"),
    "52": ("Logistique",),
}
_PLAIN = ("Industrie", "Production", "Ateliers")
_FORMS = (
    "{trade} {root}",
    "{root} {trade}",
    "{root}",
    "Ateliers {root}",
    "Établissements {root}",
    "{root} et Fils",
    "{trade} du {root}",
    "{root} Industrie",
    "Société {root}",
    "Manufacture {root}",
)
_STREETS = [
    "rue de la Forge",
    "rue des Ateliers",
    "avenue de la Fonderie",
    "rue du Tour à bois",
    "rue des Fraiseurs",
    "allée des Tisserands",
    "rue du Laminoir",
    "avenue des Aciéries",
    "rue de l'Enclume",
    "rue du Moulin",
    "chemin des Carriers",
    "rue des Tilleuls",
    "avenue de la Gare",
    "rue du Port",
    "boulevard de l'Industrie",
    "rue du Canal",
    "impasse des Horlogers",
    "rue des Imprimeurs",
    "rue des Verriers",
    "avenue du Progrès",
    "route de la Briqueterie",
    "rue du Pont tournant",
    "place de la Halle",
    "rue de la Turbine",
    "zone industrielle des Petits Ponts",
    "parc d'activités du Clos",
    "zone d'activités de la Vallée",
    "rue des Peupliers",
]


def roots(rng: np.random.Generator, count: int) -> list[str]:
    """Invented proper nouns, all different as long as `count` stays under 45,000."""
    total = len(_HEADS) * len(_MIDDLES) * len(_TAILS)
    drawn = rng.permutation(total)[:count] if count <= total else rng.integers(0, total, count)
    made = []
    for number in drawn.tolist():
        number, tail = divmod(number, len(_TAILS))
        head, middle = divmod(number, len(_MIDDLES))
        made.append(f"{_HEADS[head]}{_MIDDLES[middle]}{_TAILS[tail]}")
    return made


def company_names(rng: np.random.Generator, roots_: list[str], nafs: list[str], is_person: np.ndarray) -> list[str]:
    """One name per company, from its root and its activity; a person's is « ROOT First name »."""
    forms = rng.integers(0, len(_FORMS), len(roots_)).tolist()
    picks = rng.integers(0, 1_000_000, len(roots_)).tolist()
    names = []
    for root, naf, form, pick, person in zip(roots_, nafs, forms, picks, is_person.tolist(), strict=True):
        if person:
            names.append(f"{root.upper()} {_FIRST_NAMES[pick % len(_FIRST_NAMES)]}")
            continue
        trades = _TRADES.get(naf[:2], _PLAIN)
        names.append(_FORMS[form].format(root=root, trade=trades[pick % len(trades)]))
    return names


def acronym(name: str) -> str:
    """The initials of a name of at least two words, empty otherwise."""
    words = [word for word in name.split() if word[0].isupper()]
    return "".join(word[0] for word in words) if len(words) > 1 else ""


def addresses(rng: np.random.Generator, count: int) -> list[str]:
    """Street addresses with a number."""
    numbers = rng.integers(1, 180, count).tolist()
    streets = rng.integers(0, len(_STREETS), count).tolist()
    return [f"{number} {_STREETS[street]}" for number, street in zip(numbers, streets, strict=True)]
