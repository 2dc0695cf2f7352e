"""The vocabulary of `talks.suggest`: words by which an article names what has no name of its own in the record.

Plain data, to be added to. Issues and parties go by their slugs in fixtures/reference/; a slug that the record does not
have does no harm. Words are compared without case and accents, those of issues by their stems, too.
"""

# What an article says when it means a party, beside its name and code. Of names that end in “a”, such as Russia, the
# form with “n” follows by itself. Capitals are left out: “talks in Moscow” names no party.
PARTIES = {
    "ukraine": ["Ukrainian", "Ukrainians"],
    "russia": ["Russian Federation", "Kremlin"],
    "united-states": ["American", "Americans", "U.S.", "USA", "White House"],
    "turkiye": ["Turkey", "Turkish"],
    "european-union": ["European Commission"],
    "united-kingdom": ["Britain", "British", "Great Britain"],
    "france": ["French"],
    "germany": ["German", "Germans"],
    "poland": ["Polish"],
    "belarus": ["Belarusian", "Belarusians"],
    "saudi-arabia": ["Saudi"],
    "united-arab-emirates": ["Emirates", "Emirati"],
    "israel": ["Israeli"],
    "switzerland": ["Swiss"],
    "holy-see": ["Vatican"],
}

# Words that may stand with a capital before a last name without being the first name of somebody else.
BEFORE_LAST_NAMES = (
    "a adviser advisor aide ambassador and as chairman chairwoman chancellor colonel commissioner diplomat dr "
    "envoy foreign general head his interior justice lady lieutenant lord major marshal minister mr mrs ms negotiator "
    "ombudsman premier president prime prince secretary senator special speaker spokesman spokesperson spokeswoman "
    "the when while while after before but for from in later meanwhile on since that then to with"
)

# The nouns that are counted, by the kind of a transfer. “Weak” ones count only where something tells of an exchange:
# soldiers are also sent, and civilians also flee.
UNITS = {
    "prisoners-of-war": ["prisoners of war", "prisoner of war", "pows", "pow", "prisoners", "captives"],
    "remains": ["bodies", "body", "remains"],
    "civilians": [],
    "children": [],
}
WEAK_UNITS = {
    "prisoners-of-war": ["soldiers", "servicemen", "service members", "troops", "fighters", "defenders", "officers"],
    "civilians": ["civilians", "civilian", "civilian hostages", "civilian detainees"],
    "children": ["children", "minors"],
    "remains": [],
}
# Stems of words that tell of an exchange.
EXCHANGE = "swap exchang releas free freed return repatri captiv hand handov transfer home reunit receiv"
# A word between a number and its noun that shows that the noun is not what is counted.
NOT_BETWEEN = (
    "for from who that which were was are is had has have said on in at to by while when but per percent million "
    "billion days day hours hour years year months weeks miles kilometres kilometers km times times"
)

# Words and phrases by issue.
ISSUES = {
    "ceasefire": [
        "ceasefire",
        "cease-fire",
        "truce",
        "armistice",
        "halt to the fighting",
        "end of hostilities",
        "cessation of hostilities",
        "pause in the fighting",
        "silence the guns",
        "stop shooting",
    ],
    "monitoring-and-enforcement": [
        "monitoring",
        "monitors",
        "observers",
        "verification",
        "enforcement",
        "violations",
        "peacekeepers",
        "control commission",
    ],
    "prisoners": [
        "prisoners of war",
        "prisoner of war",
        "swap",
        "prisoner exchange",
        "exchange of prisoners",
        "prisoners",
        "POWs",
        "captured soldiers",
        "captivity",
    ],
    "civilians-and-children": [
        "civilians",
        "deported children",
        "abducted children",
        "return of children",
        "children",
        "civilian detainees",
    ],
    "humanitarian": [
        "humanitarian",
        "bodies",
        "remains of",
        "relief convoy",
        "evacuation",
        "aid convoy",
        "Red Cross",
        "divided families",
        "coffins",
        "the fallen",
        "their dead",
    ],
    "territory": [
        "territory",
        "territories",
        "territorial",
        "line of contact",
        "front line",
        "annexed",
        "annexation",
        "occupied",
        "borders of",
        "withdraw from the regions",
        "sovereignty over",
    ],
    "neutrality-and-alliances": [
        "neutrality",
        "neutral status",
        "neutral state",
        "non-aligned",
        "non-bloc",
        "military bloc",
        "alliance",
        "membership of the union",
        "NATO membership",
        "join NATO",
    ],
    "security-guarantees": [
        "security guarantees",
        "security guarantee",
        "security assurances",
        "guarantees",
        "guarantor",
        "guarantors",
        "non-aggression",
    ],
    "forces-and-arms": [
        "size of the army",
        "size of its army",
        "armed forces",
        "demilitarisation",
        "demilitarization",
        "mobilisation",
        "mobilization",
        "troop numbers",
        "heavy weapons",
        "disarmament",
        "military exercises",
    ],
    "foreign-military-aid": [
        "arms deliveries",
        "arms supplies",
        "weapons deliveries",
        "military aid",
        "foreign troops",
        "foreign bases",
        "intelligence sharing",
        "military assistance",
    ],
    "nuclear-and-energy": [
        "nuclear",
        "power plant",
        "power station",
        "energy facilities",
        "energy infrastructure",
        "arms control",
        "gas transit",
    ],
    "sanctions": ["sanctions", "embargo", "asset freeze"],
    "reconstruction-and-assets": [
        "reconstruction",
        "rebuilding",
        "reparations",
        "compensation",
        "frozen assets",
        "minerals deal",
        "war damage",
        "trade routes",
        "shipping lanes",
    ],
    "accountability-and-amnesty": [
        "amnesty",
        "war crimes",
        "tribunal",
        "prosecution",
        "prosecute",
        "political prisoners",
        "accountability",
    ],
    "elections-and-politics": ["elections", "election", "referendum", "plebiscite", "constitution"],
    "language-and-religion": ["language", "church", "religious", "minority rights", "national minorities"],
    "leaders-summit": [
        "summit",
        "meeting of the leaders",
        "leaders to meet",
        "meeting of the presidents",
        "meeting between the presidents",
        "next round",
        "next meeting",
        "further meeting",
        "further talks",
    ],
}

# Words that say nothing of an entry or an issue where they stand in its title or description.
COMMON = (
    "a about after against all also an and any are as at be before between by can each for from had has have how if in "
    "into is it its made may more most new no not of off on one or other others out over said second first third "
    "fourth next that the their them they this those to under up was were what when where which who with would is talk "
    "talks round meeting day days two three people"
)
