"""The facts a rule may speak of: key, unit, level, meaning, and the question that asks for each."""

from __future__ import annotations

from typing import Any

from ensembleur.logic.words import FactKey, Unit, Words

EMPLOYEES = Unit("employees", Words("salarié", "employee"), Words("salariés", "employees"))
EUROS = Unit("EUR", Words("€", "€"), Words("€", "€"))
SHARE = Unit("share", Words("%", "%"), Words("%", "%"))
TONNES = Unit("t CO2e/yr", Words("t CO2e par an", "t CO2e a year"), Words("t CO2e par an", "t CO2e a year"))
YEARS = Unit("years", Words("an", "year"), Words("ans", "years"))
MWH = Unit("MWh/yr", Words("MWh par an", "MWh a year"), Words("MWh par an", "MWh a year"))
CHEQUES = Unit("cheques", Words("chèque", "cheque"), Words("chèques", "cheques"))
MEMBERS = Unit("members", Words("partenaire", "partner"), Words("partenaires", "partners"))

SIZE_WHY = Words("La taille décide de la plupart des aides.", "Most aids depend on size.")
GROUP_WHY = Words(
    "Les seuils européens de PME se comptent avec les entreprises liées.",
    "European SME thresholds count linked enterprises together.",
)
START_WHY = Words(
    "La plupart des aides excluent un projet déjà commencé : ne commandez rien avant le dépôt.",
    "Most aids exclude a project already started: order nothing before you apply.",
)


MANUFACTURING = tuple(f"{number:02}" for number in range(10, 34))
INDUSTRY = tuple(f"{number:02}" for number in (*range(5, 34), *range(35, 40)))
NAF_FAMILIES = (
    (
        MANUFACTURING,
        Words("celles de l'industrie manufacturière (codes 10 à 33)", "those of manufacturing (codes 10 to 33)"),
    ),
    (INDUSTRY, Words("celles de l'industrie (codes 05 à 33 et 35 à 39)", "those of industry (codes 05 to 33 and 35 to 39)")),
)


def _key(key: str, kind: str, level: str, fr: str, en: str, ask_fr: str = "", ask_en: str = "", **more: Any) -> FactKey:
    """A key whose question defaults to its label."""
    why = more.pop("why", Words())
    return FactKey(key, kind, level, Words(fr, en), question=Words(ask_fr or f"{fr} ?", ask_en or f"{en}?"), why=why, **more)


def _yes_no(key: str, level: str, label: Words, true: Words, false: Words, ask: Words, **more: Any) -> FactKey:
    return FactKey(key, "bool", level, label, question=ask, says_true=true, says_false=false, **more)


def _spent(key: str, fr: str, en: str, ask_fr: str, ask_en: str, **more: Any) -> FactKey:
    return _key(key, "date", "project", fr, en, ask_fr, ask_en, leaf_class="project", **more)


ESTABLISHMENT = (
    _key("commune", "code", "establishment", "Commune", "Municipality", leaf_class="register", feminine=True),
    _key("departement", "code", "establishment", "Département", "Département", leaf_class="register"),
    _key("naf", "code", "establishment", "Activité", "Activity", "Quel est le code d'activité (NAF) de l'établissement ?",
         "What is the establishment's activity code (NAF)?", leaf_class="register", feminine=True, families=NAF_FAMILIES),
    _key("naf_2025", "code", "establishment", "Activité (NAF 2025)", "Activity (NAF 2025)", leaf_class="register", feminine=True),
    _key("headcount", "number", "establishment", "Effectif", "Headcount", "Combien de salariés compte l'établissement ?",
         "How many employees work at the establishment?", unit=EMPLOYEES, leaf_class="register", why=SIZE_WHY),
    _yes_no("is_head_office", "establishment", Words("Siège", "Head office"), Words("C'est le siège", "It is the head office"),
            Words("Ce n'est pas le siège", "It is not the head office"),
            Words("L'établissement est-il le siège ?", "Is the establishment the head office?"), leaf_class="register"),
    _yes_no("in_zre", "establishment", Words("Zone de reconquête économique", "Regional economic recovery zone"),
            Words("Établissement en zone de reconquête économique", "Establishment in a regional economic recovery zone"),
            Words("Établissement hors zone de reconquête économique", "Establishment outside the regional economic recovery zones"),
            Words("L'établissement est-il dans une zone de reconquête économique (ZRE) de la Région ?",
                  "Is the establishment in one of the Region's economic recovery zones (ZRE)?")),
    _yes_no("in_territoire_industrie", "establishment", Words("Territoire d'industrie", "“Territoire d'industrie”"),
            Words("Établissement dans un Territoire d'industrie", "Establishment in a “Territoire d'industrie”"),
            Words("Établissement hors des Territoires d'industrie", "Establishment outside the “Territoires d'industrie”"),
            Words("L'établissement est-il dans un Territoire d'industrie ?", "Is the establishment in a “Territoire d'industrie”?")),
    _yes_no("in_afr", "establishment", Words("Zone d'aide à finalité régionale", "Regional State aid zone"),
            Words("Établissement en zone d'aide à finalité régionale", "Establishment in a regional State aid zone"),
            Words("Établissement hors zone d'aide à finalité régionale", "Establishment outside the regional State aid zones"),
            Words("L'établissement est-il en zone d'aide à finalité régionale (AFR) ?",
                  "Is the establishment in a regional State aid (AFR) zone?")),
)  # fmt: skip

COMPANY = (
    _key("created_on", "date", "company", "Création de l'entreprise", "Company created", "Quand l'entreprise a-t-elle été créée ?",
         "When was the company created?", leaf_class="register"),
    _key("legal_form", "code", "company", "Forme juridique", "Legal form", leaf_class="register", feminine=True,
         choices=(("10", Words("entreprise individuelle", "sole trader")), ("54", Words("SARL", "SARL (private limited company)")),
                  ("57", Words("SAS", "SAS (simplified joint-stock company)")), ("55", Words("SA", "SA (public limited company)")),
                  ("65", Words("société civile", "civil company")), ("92", Words("association", "association")))),
    _key("category", "code", "company", "Catégorie d'entreprise", "Company category", leaf_class="register", feminine=True,
         choices=(("PME", Words("petite ou moyenne entreprise", "small or medium-sized enterprise")),
                  ("ETI", Words("entreprise de taille intermédiaire", "mid-cap")), ("GE", Words("grande entreprise", "large enterprise")))),
    _key("company_headcount", "number", "company", "Effectif de l'entreprise", "Company headcount",
         "Combien de salariés compte l'entreprise, tous établissements réunis ?",
         "How many employees does the company have, all establishments together?", unit=EMPLOYEES, leaf_class="register", why=SIZE_WHY),
    _key("turnover_eur", "money", "company", "Chiffre d'affaires", "Turnover", "Quel est le dernier chiffre d'affaires annuel de l'entreprise ?",
         "What was the company's last annual turnover?", unit=EUROS, why=SIZE_WHY),
    _key("balance_eur", "money", "company", "Total du bilan", "Balance sheet total", "Quel est le total du dernier bilan de l'entreprise ?",
         "What is the company's last balance sheet total?", unit=EUROS, why=SIZE_WHY),
    _yes_no("is_micro_entrepreneur", "company", Words("Micro-entrepreneur", "Micro-entrepreneur"),
            Words("L'entreprise relève du régime micro-entrepreneur", "The company is under the micro-entrepreneur scheme"),
            Words("L'entreprise ne relève pas du régime micro-entrepreneur", "The company is not under the micro-entrepreneur scheme"),
            Words("L'entreprise relève-t-elle du régime micro-entrepreneur ?", "Is the company under the micro-entrepreneur scheme?")),
    _yes_no("in_difficulty", "company", Words("Entreprise en difficulté", "Undertaking in difficulty"),
            Words("L'entreprise est en difficulté au sens européen", "The company is an undertaking in difficulty in the European sense"),
            Words("L'entreprise n'est pas en difficulté au sens européen", "The company is not an undertaking in difficulty in the European sense"),
            Words("L'entreprise est-elle en difficulté (procédure collective, ou plus de la moitié du capital perdue) ?",
                  "Is the company in difficulty (insolvency proceedings, or more than half of its capital lost)?")),
    _yes_no("is_independent", "company", Words("Entreprise indépendante", "Independent company"),
            Words("L'entreprise est indépendante : aucune entreprise liée", "The company is independent: no linked enterprise"),
            Words("L'entreprise a des entreprises liées", "The company has linked enterprises"),
            Words("L'entreprise est-elle indépendante, c'est-à-dire sans lien de 25 % ou plus avec d'autres entreprises ?",
                  "Is the company independent, that is without a link of 25% or more with other enterprises?"), why=GROUP_WHY),
    _yes_no("is_single_establishment", "company", Words("Établissement unique", "Single establishment"),
            Words("L'entreprise n'a qu'un établissement", "The company has a single establishment"),
            Words("L'entreprise a plusieurs établissements", "The company has several establishments"),
            Words("L'entreprise n'a-t-elle qu'un établissement ?", "Does the company have a single establishment?"), leaf_class="register"),
)  # fmt: skip

GROUP = (
    _key("group_headcount", "number", "group", "Effectif du groupe", "Group headcount",
         "Combien de salariés compte l'entreprise, avec les entreprises qui lui sont liées ?",
         "How many employees does the company have, counting linked enterprises?", unit=EMPLOYEES, why=GROUP_WHY),
    _key("group_turnover_eur", "money", "group", "Chiffre d'affaires du groupe", "Group turnover",
         "Quel est le chiffre d'affaires annuel, entreprises liées comprises ?", "What is the annual turnover, linked enterprises included?",
         unit=EUROS, why=GROUP_WHY),
    _key("group_balance_eur", "money", "group", "Total du bilan du groupe", "Group balance sheet total",
         "Quel est le total du bilan, entreprises liées comprises ?", "What is the balance sheet total, linked enterprises included?",
         unit=EUROS, why=GROUP_WHY),
    _key("past_aids", "aids", "group", "Aides de minimis reçues", "De minimis aid received",
         "Quelles aides de minimis le groupe a-t-il reçues ces dernières années (date, montant) ?",
         "Which de minimis aids did the group receive in the last years (date, amount)?", feminine=True,
         why=Words("Leur total est plafonné, tous dispositifs réunis.", "Their total is capped, all schemes together.")),
    _key("de_minimis_room_eur", "money", "group", "Place restante sous le plafond de minimis", "Room left under the de minimis cap",
         unit=EUROS, asked_as="past_aids", feminine=True),
)  # fmt: skip

PROJECT = (
    _key("project_cost_eur", "money", "project", "Coût du projet", "Project cost", "Combien coûte le projet, hors taxes ?",
         "What does the project cost, before tax?", unit=EUROS, leaf_class="project",
         why=Words("Le montant de l'aide en dépend.", "The amount of aid depends on it.")),
    _yes_no("project_started", "project", Words("Projet déjà commencé", "Project already started"),
            Words("Le projet a commencé", "The project has started"), Words("Le projet n'a pas commencé", "The project has not started"),
            Words("Le projet a-t-il commencé (bon de commande, devis signé, travaux) ?",
                  "Has the project started (purchase order, signed quote, works)?"), leaf_class="procedural", why=START_WHY),
    _key("project_kind", "codes", "project", "Nature du projet", "Kind of project", "Que veut faire l'entreprise ?",
         "What does the company want to do?", leaf_class="project", feminine=True, choices=(
             ("production", Words("moderniser la production", "modernise production")),
             ("automation", Words("robotiser ou automatiser", "automate")),
             ("digital", Words("numériser", "digitise")),
             ("ai", Words("intelligence artificielle", "artificial intelligence")),
             ("cyber", Words("cybersécurité", "cybersecurity")),
             ("energy", Words("économiser l'énergie", "save energy")),
             ("decarbonation", Words("décarboner", "decarbonise")),
             ("biomass", Words("chaleur biomasse", "biomass heat")),
             ("circularity", Words("économie circulaire, déchets", "circular economy, waste")),
             ("ecodesign", Words("écoconception", "ecodesign")),
             ("adaptation", Words("adaptation au changement climatique", "climate adaptation")),
             ("innovation", Words("recherche et innovation", "research and innovation")),
             ("prototype", Words("prototype", "prototype")),
             ("first_plant", Words("première usine", "first plant")),
             ("new_site", Words("nouveau site", "new site")),
             ("export", Words("exporter", "export")),
             ("hiring", Words("recruter", "hire")),
             ("training", Words("former", "train")),
             ("organisation", Words("organisation, lean", "organisation, lean")),
             ("equity", Words("renforcer le capital", "raise equity")),
             ("takeover", Words("reprise d'entreprise", "take over a company")),
         )),
    _spent("spend_on", "Dépense prévue", "Planned spending", "Quand la dépense aura-t-elle lieu ?", "When will the money be spent?", feminine=True),
    _yes_no("creates_new_site", "project", Words("Nouveau site", "New site"), Words("Le projet crée un site", "The project creates a site"),
            Words("Le projet ne crée pas de site", "The project creates no site"),
            Words("Le projet crée-t-il un nouveau site de production ?", "Does the project create a new production site?"), leaf_class="project"),
    _key("consortium_size", "number", "project", "Nombre de partenaires", "Number of partners", "Combien de partenaires portent le projet, vous compris ?",
         "How many partners carry the project, you included?", unit=MEMBERS, leaf_class="project"),
    _yes_no("research_partner", "project", Words("Partenaire de recherche", "Research partner"),
            Words("Un organisme de recherche participe au projet", "A research organisation takes part in the project"),
            Words("Aucun organisme de recherche ne participe au projet", "No research organisation takes part in the project"),
            Words("Un organisme de recherche participe-t-il au projet ?", "Does a research organisation take part in the project?"),
            leaf_class="project"),
    _spent("cyber_diagnosis_on", "Diagnostic cyber labellisé", "Certified cyber diagnosis", "À quelle date le diagnostic cyber labellisé a-t-il été rendu ?",
           "When was the certified cyber diagnosis delivered?"),
    _spent("ecodesign_diagnosis_on", "Diagnostic écoconception", "Ecodesign diagnosis", "À quelle date le diagnostic écoconception a-t-il été rendu ?",
           "When was the ecodesign diagnosis delivered?"),
    _spent("energy_audit_on", "Audit énergétique", "Energy audit", "À quelle date le dernier audit énergétique a-t-il été rendu ?",
           "When was the last energy audit delivered?"),
    _spent("ghg_balance_on", "Bilan de gaz à effet de serre", "Greenhouse gas balance", "À quelle date le dernier bilan de gaz à effet de serre a-t-il été rendu ?",
           "When was the last greenhouse gas balance delivered?"),
    _spent("listed_diagnosis_on", "Diagnostic figurant sur la liste du prêt", "Diagnosis on the loan's list",
           "À quelle date un diagnostic de la liste du prêt a-t-il été rendu ?", "When was a diagnosis of the loan's list delivered?"),
    _yes_no("eu_ets", "establishment", Words("Quotas d'émission européens", "EU emissions trading"),
            Words("Le site est soumis aux quotas d'émission européens", "The site is in the EU emissions trading system"),
            Words("Le site n'est pas soumis aux quotas d'émission européens", "The site is not in the EU emissions trading system"),
            Words("Le site est-il soumis aux quotas d'émission européens (SEQE) ?", "Is the site in the EU emissions trading system (ETS)?")),
    _key("co2_t_per_year", "number", "establishment", "Émissions du site", "Site emissions", "Combien de tonnes de CO2e le site émet-il par an ?",
         "How many tonnes of CO2e does the site emit a year?", unit=TONNES, feminine=True),
    _key("r_and_d_cost_eur", "money", "project", "Dépenses de recherche", "Research spending", "Combien l'entreprise dépense-t-elle en recherche par an ?",
         "How much does the company spend on research a year?", unit=EUROS, leaf_class="project", feminine=True),
    _key("prototype_cost_eur", "money", "project", "Dépenses de prototype", "Prototype spending",
         "Combien l'entreprise dépense-t-elle en prototypes de produits nouveaux par an ?", "How much does the company spend on new product prototypes a year?",
         unit=EUROS, leaf_class="project", feminine=True),
    _yes_no("first_plant", "project", Words("Première usine", "First plant"), Words("C'est la première usine de l'entreprise", "It is the company's first plant"),
            Words("Ce n'est pas la première usine de l'entreprise", "It is not the company's first plant"),
            Words("Est-ce la première usine de l'entreprise ?", "Is it the company's first plant?"), leaf_class="project"),
    _key("revenue_share_net_zero_chains", "share", "company", "Part du chiffre d'affaires dans les filières bas-carbone", "Share of turnover in net-zero chains",
         "Quelle part du chiffre d'affaires vient des batteries, de l'éolien, du solaire ou des pompes à chaleur ?",
         "What share of turnover comes from batteries, wind, solar or heat pumps?", unit=SHARE, feminine=True),
    _key("study_cost_eur", "money", "project", "Coût de l'étude ou du diagnostic", "Cost of the study or diagnosis",
         "Combien coûte l'étude ou le diagnostic, hors taxes ?", "What does the study or diagnosis cost, before tax?", unit=EUROS, leaf_class="project"),
    _key("loan_amount_eur", "money", "project", "Montant du prêt demandé", "Loan amount asked", "Quel montant de prêt l'entreprise demande-t-elle ?",
         "How large a loan does the company ask for?", unit=EUROS, leaf_class="project"),
    _key("aid_requested_eur", "money", "project", "Aide demandée", "Aid requested", "Quel montant d'aide l'entreprise demande-t-elle ?",
         "How much aid does the company ask for?", unit=EUROS, leaf_class="project", feminine=True),
    _key("co2_saved_t_per_year", "number", "project", "Émissions évitées par le projet", "Emissions saved by the project",
         "Combien de tonnes de CO2e le projet évite-t-il par an ?", "How many tonnes of CO2e does the project save a year?",
         unit=TONNES, leaf_class="project", feminine=True),
    _key("biomass_heat_mwh_per_year", "number", "project", "Chaleur produite par la biomasse", "Heat from biomass",
         "Combien de MWh de chaleur la biomasse produira-t-elle par an ?", "How many MWh of heat will biomass produce a year?",
         unit=MWH, leaf_class="project", feminine=True),
    _yes_no("energy_mix_study_done", "project", Words("Étude du mix énergétique", "Energy mix study"),
            Words("Une étude d'évolution du mix énergétique a été faite", "A study of the energy mix has been made"),
            Words("Aucune étude d'évolution du mix énergétique n'a été faite", "No study of the energy mix has been made"),
            Words("Une étude d'évolution du mix énergétique (programme PACTE Industrie) a-t-elle été faite ?",
                  "Has a study of the energy mix (PACTE Industrie programme) been made?"), leaf_class="procedural"),
    _yes_no("digital_self_diagnosis_done", "project", Words("Autodiagnostic numérique", "Digital self-assessment"),
            Words("L'autodiagnostic numérique en ligne est fait", "The on-line digital self-assessment is done"),
            Words("L'autodiagnostic numérique en ligne n'est pas fait", "The on-line digital self-assessment is not done"),
            Words("L'autodiagnostic numérique en ligne est-il fait ?", "Is the on-line digital self-assessment done?"), leaf_class="procedural"),
    _key("export_cheques_same_kind", "number", "company", "Chèques export déjà obtenus pour ce type d'action", "Export cheques already obtained for this kind of action",
         "Combien de chèques export l'entreprise a-t-elle déjà obtenus pour ce type d'action (collective ou individuelle) ?",
         "How many export cheques has the company already obtained for this kind of action (collective or individual)?", unit=CHEQUES),
    _key("export_cheques_used", "number", "company", "Chèques export déjà obtenus", "Export cheques already obtained",
         "Combien de chèques export l'entreprise a-t-elle déjà obtenus ?", "How many export cheques has the company already obtained?", unit=CHEQUES),
)  # fmt: skip

PERSON = (
    _key("age", "number", "person", "Âge", "Age", "Quel âge avez-vous ?", "How old are you?", unit=YEARS),
    _yes_no("is_jobseeker", "person", Words("Demandeur d'emploi", "Jobseeker"), Words("La personne cherche un emploi", "The person is a jobseeker"),
            Words("La personne ne cherche pas d'emploi", "The person is not a jobseeker"),
            Words("Êtes-vous inscrit comme demandeur d'emploi ?", "Are you registered as a jobseeker?")),
    _yes_no("has_disability", "person", Words("Handicap reconnu", "Recognised disability"), Words("Le handicap est reconnu", "A disability is recognised"),
            Words("Il n'y a pas de handicap reconnu", "There is no recognised disability"),
            Words("Un handicap est-il reconnu ?", "Is a disability recognised?")),
    _yes_no("receives_rsa", "person", Words("RSA", "RSA benefit"), Words("La personne reçoit le RSA", "The person receives the RSA benefit"),
            Words("La personne ne reçoit pas le RSA", "The person does not receive the RSA benefit"),
            Words("Recevez-vous le RSA ?", "Do you receive the RSA benefit?")),
    _yes_no("lives_in_qpv", "person", Words("Quartier prioritaire", "Priority neighbourhood"),
            Words("La personne habite un quartier prioritaire", "The person lives in a priority neighbourhood"),
            Words("La personne n'habite pas un quartier prioritaire", "The person does not live in a priority neighbourhood"),
            Words("Habitez-vous un quartier prioritaire de la politique de la ville ?", "Do you live in a priority neighbourhood (QPV)?")),
    _key("training_sector", "code", "person", "Secteur de la formation", "Training sector", "Dans quel secteur est la formation ?", "Which sector is the training in?",
         choices=(("industry", Words("industrie", "industry")), ("construction", Words("bâtiment et travaux publics", "construction")),
                  ("transport", Words("transport et logistique", "transport and logistics")), ("security", Words("sécurité privée", "private security")),
                  ("care", Words("sanitaire et social", "health and social care")), ("digital", Words("numérique", "digital")),
                  ("agriculture", Words("agriculture", "agriculture")), ("environment", Words("environnement", "environment")),
                  ("hospitality", Words("hôtellerie, restauration, tourisme", "hospitality and tourism")),
                  ("cleaning", Words("cadre de vie et propreté", "living environment and cleaning")),
                  ("communication", Words("communication", "communication")), ("other", Words("autre secteur", "other sector")))),
    _yes_no("is_apprentice_without_employer", "person", Words("Apprenti sans employeur", "Apprentice without employer"),
            Words("La personne est apprentie sans employeur", "The person is an apprentice without an employer"),
            Words("La personne n'est pas apprentie sans employeur", "The person is not an apprentice without an employer"),
            Words("Êtes-vous apprenti sans employeur ?", "Are you an apprentice without an employer?")),
    _yes_no("training_is_certified", "person", Words("Formation certifiante", "Certified training"),
            Words("La formation est inscrite au répertoire national des certifications (RNCP)", "The training is in the national register of certifications (RNCP)"),
            Words("La formation n'est pas inscrite au répertoire national des certifications (RNCP)", "The training is not in the national register of certifications (RNCP)"),
            Words("La formation est-elle inscrite au RNCP ?", "Is the training in the RNCP register?"), leaf_class="procedural"),
)  # fmt: skip

VOCABULARY: dict[str, FactKey] = {key.key: key for key in (*ESTABLISHMENT, *COMPANY, *GROUP, *PROJECT, *PERSON)}
