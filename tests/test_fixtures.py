# ruff: noqa: E501 -- sentences of the record stand on one line each
"""What the database holds of the small record: where its sources differ, and each fact of one article."""

import pytest
from django.conf import settings

from talks import models
from talks.derived.reports import reports_of
from talks.files.discrepancies import discrepancies
from talks.files.loader import load
from talks.record.merged import provisions
from tests.article_files import history_count, snapshot
from tests.test_any_record import held_rows

pytestmark = pytest.mark.usefixtures("record")


def test_there_are_31_articles_and_42_entries():
    kinds = {kind: model.objects.count() for kind, model in models.KINDS.items()}

    assert (models.Article.objects.count(), models.Entry.objects.count()) == (31, 42)
    assert kinds == {"round": 9, "swap": 7, "proposal": 9, "event": 17}


def test_the_sources_differ_about_exactly_these_facts():
    entries = models.Entry.objects.in_bulk()

    found = [one.sentence for pk, reports in reports_of(entries).items() for one in discrepancies(entries[pk], reports)]

    assert sorted(found) == [
        "gomel-2022-02-28: country is “BY” (tass-2022-03-02-first-round-delegations) or “UA” (dw-2022-03-07-third-round)",
        "istanbul-2022-03-29: Davyd Arakhamia is “not the head” (pravda-ru-2022-03-29-ukraine-proposals) or “head” "
        "(tass-2022-04-07-lavrov-ukraine-draft)",
        "six-thousand-bodies-2025-06: Remains to Ukraine on 2025-06-16: “1,248” (sputnik-2025-06-16-6060-bodies) or “1,245” "
        "(ukrainska-pravda-2025-06-16-1245-bodies)",
        "swap-2026-02-05: status is “agreed” (comments-ua-2026-02-05-abu-dhabi-second-round) or “completed” "
        "(daily-storm-2026-02-05-157-for-157)",
        "ukraine-roadmap-2025-06: form is “plan” (rbc-ukraine-2025-06-01-full-peace-plan) or “roadmap” "
        "(rbc-ukraine-2025-06-01-roadmap-reuters)",
    ]


def test_demands_that_articles_word_differently_stand_under_one_key():
    zone = models.Provision.objects.filter(proposal__slug="us-28-point-plan-2025-11", key="demilitarised-zone")

    (merged,) = provisions(zone.with_sources().select_related("issue").in_order_of_report())

    assert [reading.rows[0].article.slug for reading in merged.texts] == [
        "jauns-2025-11-21-goncharenko-28-points",
        "swissinfo-2025-11-21-afp-28-point-plan",
        "xinhua-2025-11-21-axios-28-point-draft",
    ]


def test_a_second_load_of_the_record_changes_nothing():
    before, history = snapshot(), history_count()

    outcome = load([settings.FIXTURES])

    assert (outcome.changes, outcome.kept, outcome.discrepancies) == ([], [], [])
    assert (snapshot(), history_count()) == (before, history)


# The seed article, each of its facts: entry → title, paragraphs, and what it reports of each column

SEED = "reuters-2025-06-02-second-round-begins"
SEED_FACTS = {
    "istanbul-2025-06-02": (
        "Second round of direct talks, Istanbul",
        "1, 2, 3, 4",
        {
            "process": "istanbul-2025",
            "number": "2",
            "start": "2025-06-02",
            "status": "held",
            "city": "Istanbul",
            "country": "TR",
        },
    ),
    "istanbul-2025-05-16": (
        "First round of direct talks, Istanbul",
        "2, 4",
        {"process": "istanbul-2025", "start": "2025-05-16", "status": "held"},
    ),
    "istanbul-2022-03-29": (
        "Direct talks in Istanbul, 29 March 2022",
        "4",
        {"process": "belarus-istanbul-2022", "start": "2022", "status": "held", "city": "Istanbul"},
    ),
    "thousand-for-thousand-2025-05": (
        "The 1,000-for-1,000 exchange of May 2025",
        "2",
        {"status": "completed", "agreed_at": "istanbul-2025-05-16"},
    ),
    "all-for-all-proposal-2025-06": ("Proposed all-for-all exchange of prisoners", "2, 5", {"status": "proposed"}),
    "ukraine-roadmap-2025-06": (
        "Ukraine's roadmap for a settlement",
        "4, 5, 6, 7, 10",
        {"parties": "ukraine", "form": "roadmap", "status": "submitted", "presented_at": "istanbul-2025-06-02"},
    ),
    "russia-nebenzya-terms-2025-05-30": (
        "Nebenzya's conditions for a ceasefire",
        "6",
        {"parties": "russia", "start": "2025-05-30", "form": "verbal", "status": "submitted"},
    ),
    "russia-terms-before-second-round-2025-06": (
        "Russia's terms as reported before the second round",
        "1, 4, 9, 10",
        {"parties": "russia", "form": "verbal", "status": "draft"},
    ),
    "umerov-fidan-bilateral-before-second-round": (
        "Umerov meets Fidan before the second Istanbul round",
        "3",
        {"event_kind": "meeting", "parties": "ukraine, turkiye"},
    ),
    "ukraine-european-coordination-before-second-round": (
        "Ukraine's team meets German, Italian and British officials before the second round",
        "8",
        {"event_kind": "meeting", "parties": "ukraine, germany, italy, united-kingdom"},
    ),
    "kyslytsia-statement-before-second-round": (
        "Kyslytsia names Kyiv's agenda for the second round",
        "8",
        {"event_kind": "statement", "parties": "ukraine"},
    ),
    "kellogg-announces-advisers-second-round": (
        "Kellogg expects Western security advisers at the second round",
        "9",
        {"event_kind": "statement", "parties": "united-states, united-kingdom, france, germany"},
    ),
    "zelenskyy-no-russian-memorandum-2025-06-02": (
        "Zelenskyy says that Russia has handed over no memorandum",
        "9",
        {"event_kind": "statement", "start": "2025-06-02", "parties": "ukraine, russia"},
    ),
    "reuters-reviews-ukraine-roadmap-2025-06-01": (
        "Reuters publishes the Ukrainian proposals",
        "5",
        {"event_kind": "publication", "parties": "ukraine"},
    ),
    "ft-publishes-ukraine-memorandum": (
        "The Financial Times publishes a Ukrainian memorandum",
        "6",
        {"event_kind": "publication", "parties": "ukraine"},
    ),
    "russian-media-report-receipt-of-ukraine-proposals": (
        "Russian state media report receipt of Ukraine's proposals",
        "10",
        {"event_kind": "statement", "parties": "russia, ukraine"},
    ),
    "nebenzya-statement-2025-05-30": (
        "Nebenzya names conditions for a ceasefire",
        "6",
        {"event_kind": "statement", "start": "2025-05-30", "parties": "russia"},
    ),
    "trump-stance-before-second-round": (
        "Trump voices dissatisfaction with Moscow before the second round",
        "11",
        {"event_kind": "statement", "parties": "united-states, russia"},
    ),
    "sbu-drone-operation-air-bases": (
        "SBU drone operation against Russian air bases",
        "12",
        {"event_kind": "military", "parties": "ukraine, russia"},
    ),
}
# entry → summary, note
SEED_TEXTS = {
    "istanbul-2025-06-02": (
        "",
        "The delegations of Ukraine and Russia began their second round on 2 June, "
        "according to Ukraine's Foreign Ministry, with Turkish officials as hosts. The "
        "talks aim at a ceasefire and an all-for-all prisoner exchange; Kyiv also presses "
        "for humanitarian measures. Ukraine's team combines military, legal and "
        "human-rights representatives, several of whom were absent from the previous round. "
        "Moscow still holds back its official terms and, as the article puts it, asks for "
        "concessions that Ukraine is unlikely to accept.",
    ),
    "istanbul-2025-05-16": (
        "",
        "Recalled as the previous round, at which Vladimir Medinsky represented Moscow as "
        "well. It produced the war's largest exchange of prisoners but did not bring a "
        "wider peace deal any closer.",
    ),
    "istanbul-2022-03-29": (
        "",
        "Recalled as the initial Istanbul talks, where Vladimir Medinsky already represented Moscow.",
    ),
    "thousand-for-thousand-2025-05": (
        "",
        "The war's largest exchange of prisoners to date, a result of the 16 May "
        "meeting. The article gives no numbers.",
    ),
    "all-for-all-proposal-2025-06": (
        "A comprehensive all-for-all exchange of prisoners is one of the two aims "
        "of the second round and part of Ukraine's plan.",
        "",
    ),
    "ukraine-roadmap-2025-06": (
        "",
        "A detailed plan for a lasting settlement that Ukraine is ready to present. "
        "Reuters reviewed one version; the Financial Times printed a text that it "
        "identified as complete, and the points of paragraphs 6 and 7 come from there. "
        "According to Russian state media the proposals have reached Moscow.",
    ),
    "russia-nebenzya-terms-2025-05-30": (
        "Russia's UN ambassador said on 30 May that Moscow would consider a "
        "ceasefire only on two conditions. The article reads this as "
        "resistance to key elements of Ukraine's plan.",
        "",
    ),
    "russia-terms-before-second-round-2025-06": (
        "Moscow had handed over no official paper with its terms. "
        "According to the article it keeps insisting on maximalist "
        "terms that Kyiv is unlikely to accept.",
        "",
    ),
    "umerov-fidan-bilateral-before-second-round": (
        "Before facing the Russian side, Rustem Umerov met Türkiye's "
        "foreign minister Hakan Fidan bilaterally, Suspilne "
        "reported.",
        "",
    ),
    "ukraine-european-coordination-before-second-round": (
        "Ahead of the talks, members of the Ukrainian "
        "delegation met officials of the three countries to "
        "align positions.",
        "",
    ),
    "kyslytsia-statement-before-second-round": (
        "Serhii Kyslytsia, first deputy foreign minister, stressed that "
        "Kyiv is committed to peace and named the main agenda items, "
        "among them humanitarian steps and a possible meeting of the "
        "leaders.",
        "",
    ),
    "kellogg-announces-advisers-second-round": (
        "Keith Kellogg, President Trump's special envoy for Ukraine, "
        "said that security advisers from the United States, the United "
        "Kingdom, France and Germany were expected to attend.",
        "",
    ),
    "zelenskyy-no-russian-memorandum-2025-06-02": (
        "President Zelenskyy repeated that neither Ukraine nor "
        "Türkiye nor the United States had got a formal paper from "
        "Russia, and said that Kyiv would strive for progress all "
        "the same.",
        "",
    ),
    "reuters-reviews-ukraine-roadmap-2025-06-01": (
        "",
        "Reuters reported the content of a Ukrainian proposal that it had reviewed.",
    ),
    "ft-publishes-ukraine-memorandum": (
        "The newspaper printed a Ukrainian memorandum, which it identified as complete.",
        "",
    ),
    "russian-media-report-receipt-of-ukraine-proposals": (
        "According to Russian state media, Moscow has the proposals and will answer at the talks.",
        "",
    ),
    "nebenzya-statement-2025-05-30": (
        "UN ambassador Vasily Nebenzya said that Russia would consider a "
        "ceasefire only if Ukraine halted mobilisation and foreign military "
        "assistance ended.",
        "",
    ),
    "trump-stance-before-second-round": (
        "President Trump was dissatisfied that Moscow made no concessions and "
        "went on attacking Ukrainian territory, yet held back from further "
        "sanctions.",
        "",
    ),
    "sbu-drone-operation-air-bases": (
        "Shortly before the talks, Ukraine's Security Service struck Russian air "
        "bases in a large drone operation that reportedly damaged 41 aircraft and "
        "disabled a third of Russia's bombers able to carry cruise missiles.",
        "",
    ),
}
SEED_DELEGATIONS = [
    ("istanbul-2025-06-02", "ukraine", "party", "14", "false", "", "2, 3"),
    ("istanbul-2025-06-02", "russia", "party", None, "false", "", "2, 4"),
    ("istanbul-2025-06-02", "turkiye", "host", None, "false", "", "2"),
    (
        "istanbul-2025-06-02",
        "united-states",
        "observer",
        None,
        "true",
        "Expected, according to Keith Kellogg; the article does not say that they came.",
        "9",
    ),
    (
        "istanbul-2025-06-02",
        "united-kingdom",
        "observer",
        None,
        "true",
        "Expected, according to Keith Kellogg; the article does not say that they came.",
        "9",
    ),
    (
        "istanbul-2025-06-02",
        "france",
        "observer",
        None,
        "true",
        "Expected, according to Keith Kellogg; the article does not say that they came.",
        "9",
    ),
    (
        "istanbul-2025-06-02",
        "germany",
        "observer",
        None,
        "true",
        "Expected, according to Keith Kellogg; the article does not say that they came.",
        "9",
    ),
    ("istanbul-2025-05-16", "russia", "party", None, "false", "", "4"),
    ("istanbul-2022-03-29", "russia", "party", None, "false", "", "4"),
]
SEED_DELEGATES = [
    ("istanbul-2025-06-02", "ukraine", "rustem-umerov", "Defense Minister", "true", "0", "3"),
    ("istanbul-2025-06-02", "russia", "vladimir-medinsky", "Presidential aide", "true", "0", "4"),
    ("istanbul-2025-05-16", "russia", "vladimir-medinsky", "Presidential aide", "true", "0", "4"),
    ("istanbul-2022-03-29", "russia", "vladimir-medinsky", "", None, "0", "4"),
]
SEED_PROVISIONS = [
    ("ukraine-roadmap-2025-06", "ceasefire-first", "ceasefire", None, "The plan starts with a ceasefire.", "0", "5"),
    ("ukraine-roadmap-2025-06", "30-day-minimum", "ceasefire", None, "The ceasefire lasts at least 30 days.", "1", "5"),
    ("ukraine-roadmap-2025-06", "all-for-all", "prisoners", None, "All prisoners are exchanged.", "2", "5"),
    (
        "ukraine-roadmap-2025-06",
        "return-of-children",
        "civilians-and-children",
        None,
        "Ukrainian children moved to areas under Russian control come home.",
        "3",
        "5",
    ),
    (
        "ukraine-roadmap-2025-06",
        "leaders-meeting",
        "leaders-summit",
        None,
        "The roadmap ends in a possible meeting of Presidents Zelenskyy and Putin.",
        "4",
        "5",
    ),
    (
        "ukraine-roadmap-2025-06",
        "security-guarantees",
        "security-guarantees",
        None,
        "Ukraine receives strong security guarantees (text published by the Financial Times).",
        "5",
        "6",
    ),
    (
        "ukraine-roadmap-2025-06",
        "euro-atlantic-choice",
        "neutrality-and-alliances",
        None,
        "Ukraine keeps the right to seek membership of NATO and the EU (text published by the Financial Times).",
        "6",
        "6",
    ),
    (
        "ukraine-roadmap-2025-06",
        "no-recognition",
        "territory",
        None,
        "Russia's occupation of Ukrainian territories is not recognised (text published by the Financial Times).",
        "7",
        "6",
    ),
    (
        "ukraine-roadmap-2025-06",
        "phased-sanctions-relief",
        "sanctions",
        None,
        "Any easing of sanctions on Russia comes in phases and under conditions.",
        "8",
        "7",
    ),
    (
        "ukraine-roadmap-2025-06",
        "frozen-assets",
        "reconstruction-and-assets",
        None,
        "Frozen Russian assets are redirected to rebuilding Ukraine.",
        "9",
        "7",
    ),
    (
        "ukraine-roadmap-2025-06",
        "us-and-europe-in-talks",
        "leaders-summit",
        None,
        "American and European officials take part in later negotiations.",
        "10",
        "7",
    ),
    (
        "ukraine-roadmap-2025-06",
        "summit-agenda-ceasefire",
        "ceasefire",
        None,
        "Summit agenda, first point: a permanent ceasefire.",
        "11",
        "7",
    ),
    (
        "ukraine-roadmap-2025-06",
        "summit-agenda-guarantees",
        "security-guarantees",
        None,
        "Summit agenda, second point: security guarantees.",
        "12",
        "7",
    ),
    (
        "ukraine-roadmap-2025-06",
        "summit-agenda-territory",
        "territory",
        None,
        "Summit agenda, third point: territorial matters.",
        "13",
        "7",
    ),
    (
        "ukraine-roadmap-2025-06",
        "summit-agenda-compensation",
        "reconstruction-and-assets",
        None,
        "Summit agenda, fourth point: compensation and reconstruction.",
        "14",
        "7",
    ),
    (
        "ukraine-roadmap-2025-06",
        "summit-agenda-enforcement",
        "monitoring-and-enforcement",
        None,
        "Summit agenda, fifth point: mechanisms to enforce a final agreement.",
        "15",
        "7",
    ),
    (
        "russia-nebenzya-terms-2025-05-30",
        "end-of-mobilisation",
        "forces-and-arms",
        None,
        "Ukraine stops mobilisation.",
        "0",
        "6",
    ),
    (
        "russia-nebenzya-terms-2025-05-30",
        "no-foreign-military-aid",
        "foreign-military-aid",
        None,
        "Foreign military assistance to Ukraine ends.",
        "1",
        "6",
    ),
    (
        "russia-terms-before-second-round-2025-06",
        "recognition-of-annexations",
        "territory",
        None,
        "Russia's annexation of Ukrainian territories, illegal according to the article, is recognised.",
        "0",
        "10",
    ),
    (
        "russia-terms-before-second-round-2025-06",
        "ukrainian-withdrawal",
        "territory",
        None,
        "Ukrainian troops withdraw from the contested regions.",
        "1",
        "10",
    ),
]
SEED_ACCOUNTS = [
    (
        "istanbul-2025-06-02",
        "ukraine",
        None,
        None,
        "The Foreign Ministry announced that the second round began on 2 June.",
        "2",
    ),
    (
        "istanbul-2025-06-02",
        "ukraine",
        "serhii-kyslytsia",
        None,
        "Kyiv is committed to peace; the agenda names humanitarian steps and, possibly, a summit of the leaders.",
        "8",
    ),
    (
        "istanbul-2025-06-02",
        "ukraine",
        "volodymyr-zelenskyy",
        None,
        "No formal paper has come from Russia, neither to Ukraine nor to Türkiye or the United States; Kyiv will seek progress anyway.",
        "9",
    ),
    (
        "istanbul-2025-06-02",
        "united-states",
        "keith-kellogg",
        None,
        "Security advisers from the United States, the United Kingdom, France and Germany are expected to attend.",
        "9",
    ),
    (
        "russia-nebenzya-terms-2025-05-30",
        "russia",
        "vasily-nebenzya",
        None,
        "Russia would consider a ceasefire only once Ukraine stops mobilising and outside military help has ended.",
        "6",
    ),
    (
        "trump-stance-before-second-round",
        "united-states",
        "donald-trump",
        None,
        "He is unhappy that Moscow does not give way and keeps attacking; new sanctions have not followed.",
        "11",
    ),
    (
        "ukraine-roadmap-2025-06",
        "russia",
        None,
        None,
        "State media say that the proposals have arrived in Moscow and that the answer will come at the talks.",
        "10",
    ),
]


def seed_rows(model):
    return sorted((row[1:] for row in held_rows(model, article__slug=SEED)), key=str)


def test_the_seed_article_is_held():
    article = models.Article.objects.get(slug=SEED)

    assert (article.publisher.slug, article.published.isoformat(), article.language) == ("reuters", "2025-06-02", "en")
    assert article.title == "Ukraine, Russia begin second round of peace talks in Istanbul"


def test_each_fact_of_the_seed_article_is_held_with_its_paragraphs():
    held = {}
    for slug, field, value, title, _, _, paragraphs in seed_rows(models.Citation):
        entry = held.setdefault(slug, {"facts": {}, "paragraphs": set()})
        entry["paragraphs"].add(paragraphs)
        if field:
            entry["facts"][field] = value
        else:
            entry["title"] = title

    assert held == {
        slug: {"title": title, "paragraphs": {paragraphs}, "facts": facts}
        for slug, (title, paragraphs, facts) in SEED_FACTS.items()
    }


def test_each_summary_and_note_of_the_seed_article_is_held():
    held = {row[0]: (row[4], row[5]) for row in seed_rows(models.Citation) if not row[1]}

    assert held == SEED_TEXTS


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        (models.Delegation, SEED_DELEGATIONS),
        (models.Delegate, SEED_DELEGATES),
        (models.Transfer, []),
        (models.Provision, SEED_PROVISIONS),
        (models.Account, SEED_ACCOUNTS),
    ],
)
def test_each_other_row_of_the_seed_article_is_held(model, expected):
    assert seed_rows(model) == sorted(expected, key=str)
