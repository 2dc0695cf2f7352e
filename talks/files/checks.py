"""What only all files together, and the database, can tell: unknown names, duplicates, one slug for two kinds."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from talks.derived.ordering import told_order
from talks.files import doubts, rows, schema, translations
from talks.files.reader import Document, Place, Problem, did_you_mean
from talks.models import (
    KINDS,
    Article,
    Citation,
    Delegate,
    Entry,
    Finding,
    Issue,
    Page,
    Party,
    Person,
    Publisher,
    Transfer,
    sort_of,
)
from talks.record import ordering, possible

Names = dict[type[schema.Part], dict[str, Any]]
# The fields of each part that name another row, and what they name.
REFERENCES: Names = {
    **{
        part: {fact: model for fact in kind.FACTS if (model := kind.named_by(fact))}
        for kind, part in schema.PARTS.items()
    },
    schema.ArticlePart: {"publisher": Publisher, "agency": Publisher},
    schema.DelegationPart: {"party": Party},
    schema.MemberPart: {"person": Person},
    schema.TransferPart: {"from": Party, "to": Party},
    schema.ProvisionPart: {"issue": Issue},
    schema.AccountPart: {"entry": Entry, "party": Party, "speaker": Person, "issue": Issue},
    schema.PersonPart: {"party": Party},
    schema.FindingPart: {"sources": Article},
}
# What the slug of a part itself is a slug of.
OWN: dict[type[schema.Part], Any] = {
    schema.ArticlePart: Article,
    schema.EntryPart: Entry,
    schema.PersonPart: Person,
    schema.PartyPart: Party,
    schema.IssuePart: Issue,
}
NAMES: Names = REFERENCES | {part: {"slug": model} | REFERENCES.get(part, {}) for part, model in OWN.items()}


Name = tuple[Any, str]  # the model and the slug of a row that a file names
Articles = Sequence[tuple[Document, schema.ArticlePart, Sequence[rows.Row], Collection[Name]]]
Words = Sequence[tuple[Document, int, Any, Any]]  # vocabulary: (document, index in it, model, part)


class Known:
    """The slugs that files may refer to: those of the files themselves, and those of the database.

    `unsure`: those that stand in files with mistakes, and may be of anything.
    """

    def __init__(self, articles: "Articles", references: dict[Any, list[Any]], unsure: Collection[str] = ()) -> None:
        self.unsure = unsure
        self.kinds = dict(Entry.objects.values_list("slug", "kind"))
        for _, _, reported, _ in articles:
            for row in reported:
                if row.is_mention:
                    self.kinds.setdefault(row.entry, row.kind)
        self.slugs: dict[Any, set[str]] = {
            model: set(model.objects.values_list("slug", flat=True)) | {part.slug for part in references.get(model, ())}
            for model in rows.VOCABULARY
        }
        self.slugs[Article] = set(Article.objects.values_list("slug", flat=True))
        self.slugs[Article] |= {article.slug for _, article, *_ in articles}
        self.slugs[Entry] = set(self.kinds)
        for kind, model in KINDS.items():
            self.slugs[model] = {slug for slug, its_kind in self.kinds.items() if its_kind == kind}

    def unknown(self, document: Document, place: Place, model: Any, slug: str) -> Iterator[Problem]:
        """A problem at `place` if no row of a model has this slug."""
        if slug in self.slugs[model] or slug in self.unsure:
            return
        noun = model._meta.verbose_name
        if slug in self.kinds and model in self.slugs:
            message = f"“{slug}” is of the kind {self.kinds[slug]}, a {noun} is needed here"
        else:
            home = "add it to the reference files" if model in rows.VOCABULARY else "add it to this or another file"
            message = f"there is no {noun} “{slug}”.{did_you_mean(slug, self.slugs[model]) or ' If it is new, ' + home}"
        yield document.problem(place, message, (sort_of(model).__name__, slug))


def references_in(part: schema.Part, place: Place = (), names: Names = REFERENCES) -> Iterator[tuple[Place, Any, str]]:
    """(place, model, slug) of every name of another row in a part of a file and in the parts within it.

    With `NAMES` for `names`, the slugs of the parts themselves are among them.
    """
    for base in type(part).__mro__:
        for name, model in names.get(base, {}).items():
            value = getattr(part, "from_" if name == "from" else name)
            for index, slug in enumerate(value if isinstance(value, list) else [value]):
                if slug is not None:
                    yield (*place, name, index) if isinstance(value, list) else (*place, name), model, slug
    for name in type(part).model_fields:
        value = getattr(part, name)
        for index, inner in enumerate(value if isinstance(value, list) else [value]):
            if isinstance(inner, schema.Part):
                here = (*place, name, index) if isinstance(value, list) else (*place, name)
                yield from references_in(inner, here, names)


def _names_of(part: schema.Part, place: Place) -> Iterator[tuple[Place, Any, str]]:
    """As `references_in`, with the rows that the address of a page names."""
    yield from references_in(part, place)
    if isinstance(part, schema.FindingPart):
        yield from (((*place, "page"), model, slug) for model, slug in Page.read(part.page).named)


def unknown_names(document: Document, part: schema.Part, known: Known, place: Place = ()) -> Iterator[Problem]:
    for where, model, slug in _names_of(part, place):
        yield from known.unknown(document, where, model, slug)


def names_in(file: schema.ArticleFile) -> tuple[Name, ...]:
    """What an article's file names, each once."""
    return tuple({(model, slug) for _, model, slug in references_in(file)})


def unknown_names_in(document: Document, names: Collection[Name], known: Known) -> Iterator[Problem]:
    """As `unknown_names`, of an article's file that names these; it is read anew only if one is unknown."""
    unknown = {(model, slug) for model, slug in names if slug not in known.slugs[model]}
    if not unknown:
        return
    now = {(model, slug): present for model, slug, present, _ in document.former}
    for where, model, slug in references_in(schema.ArticleFile.model_validate(document.value)):
        present = now.get((sort_of(model), slug), slug)
        if (model, present) in unknown:
            yield from known.unknown(document, where, model, present)


def repeated_rows(document: Document, reported: Iterable[rows.Row]) -> Iterator[Problem]:
    """Rows that stand twice in one file, and second heads of a delegation."""
    seen: dict[tuple, Place] = {}
    heads: dict[tuple, str] = {}
    for row in reported:
        first = seen.setdefault((row.model, row.key), row.place)
        if first != row.place and (row.model is not Citation or not row.key[1]):  # facts only stand twice with entries
            line = document.problem(first, "").line
            yield document.problem(row.place, f"the same stands in line {line} already; keep one of them")
        if row.model is Delegate and row.values["head"]:
            head = heads.setdefault(row.key[:2], row.key[2])
            if head != row.key[2]:
                yield document.problem((*row.place, "head"), f"“{head}” is head already; a delegation has one head")


def impossible(
    document: Document, article: schema.ArticlePart, reported: Iterable[rows.Row], texts: Mapping[str, int | None]
) -> Iterator[Problem]:
    """What cannot have been said on the day of the article: what happened later. And paragraphs that its text has not.

    `texts`: {slug: number of paragraphs} of the articles whose text the database holds.
    """
    facts: dict[tuple, str] = {}
    for row in reported:
        if row.model is Citation:
            facts[row.key] = row.values["value"]
        elif row.model is Transfer:
            _, first, last, *_ = row.key
            if sentence := possible.transfer(last or first, article.published):
                yield document.problem((*row.place, "end" if last else "date"), sentence)
        numbers = [int(number) for number in row.values["paragraphs"].split(", ") if number]
        if sentence := possible.paragraphs(numbers, texts.get(article.slug)):
            yield document.problem((*row.place, "paragraphs"), sentence)
    for row in reported:
        if row.is_mention:
            status, start = facts.get((row.entry, "status")), facts.get((row.entry, "start"))
            if sentence := possible.happened(KINDS[row.kind], status, start, article.published):
                yield document.problem((*row.place, "start"), sentence)


def out_of_order(reported: list[tuple[Document, rows.Row]], files: Collection[str], known: Known) -> Iterator[Problem]:
    """Orders within a day that cannot be, by these rows, which bear on it, and by what other articles are cited for.

    `files`: slugs of the articles whose rows in the record do not count.
    """
    named = {row.entry for _, row in reported if row.key[1] != "start"}
    named |= {row.values["value"] for _, row in reported if row.key[1] == "after"}
    order = told_order(named, files)
    reported = [(document, row) for document, row in reported if row.entry in order]
    for _, row in reported:
        order[row.entry].values[row.key[1]].add(row.values["value"])
    # Where it can be mended: at what tells the order, else at the day of one of the two.
    reported.sort(key=lambda one: one[1].key[1] == "start")
    for slug, told in order.items():
        sentence = ordering.impossible(slug, order)
        at = (one for one in reported if one[1].entry == slug or one[1].entry in told.values["after"])
        if sentence and (found := next(at, None)):
            yield found[0].problem(found[1].place, f"“{slug}”: {sentence}")


def _bears_on_order(row: rows.Row, known: Known) -> bool:
    """True if a row tells where in a day an entry stands, as far as the files can be read."""
    if row.model is not Citation or row.key[1] not in ordering.FACTS or row.entry in known.unsure:
        return False
    named = row.values["value"] if row.key[1] == "after" else row.entry
    return named in known.slugs[Entry] and named not in known.unsure


def names_of_articles(articles: Articles) -> Iterator[Problem]:
    """Articles whose slug is not their file's name, or that stand in two files."""
    paths: dict[str, Any] = {}
    place: Place = ("article", "slug")
    for document, article, *_ in articles:
        slug = article.slug
        written = document.at(place) if document.former else slug  # which may be a former one
        if written != document.path.stem:
            yield document.problem(
                place, f"“{written}” and the file's name differ; call the file {written}.yaml, or mend the slug"
            )
        first = paths.setdefault(slug, document.path)
        if first != document.path:
            yield document.problem(place, f"“{slug}” is in {first} already; keep one file an article")


def kinds_of_entries(document: Document, reported: Iterable[rows.Row], known: Known) -> Iterator[Problem]:
    """Entries that one file calls a round and another, or the database, a swap."""
    for row in reported:
        if row.kind and known.kinds[row.entry] != row.kind:
            message = f"“{row.entry}” is of the kind {known.kinds[row.entry]} elsewhere; a slug belongs to one kind"
            yield document.problem((*row.place[:2], "slug"), message)


def repeated_references(parts: Words) -> Iterator[Problem]:
    """Vocabulary that is defined twice, or two parties with one code. `parts` are (document, index, model, part)."""
    seen: dict[tuple, tuple[Document, int]] = {}
    for document, index, model, part in parts:
        if by_former_slug(document, index, part):
            continue  # it may stand beside the item that it is now
        keys = [("slug", part.slug)] + ([("short", part.short)] if model is Party else [])
        for name, value in keys:
            first = seen.setdefault((model, name, value), (document, index))
            if first != (document, index):
                at = first[0].problem((first[1], name), "")
                message = f"“{value}” stands in {at.path}:{at.line} already; each has its own"
                yield document.problem((index, name), message)


def by_former_slug(document: Document, index: int, part: Any) -> bool:
    """True if an item of a reference file was written under a slug that its row no longer has."""
    return document.at((index, "slug")) != part.slug


def codes_in_use(parts: Words) -> Iterator[Problem]:
    """Parties whose code the database has given to another party. `parts` as in `repeated_references`."""
    holders = dict(Party.objects.values_list("short", "slug"))
    for document, index, model, part in parts:
        if model is Party and holders.get(part.short, part.slug) != part.slug:
            message = f"“{part.short}” is the code of “{holders[part.short]}” in the database; each has its own"
            yield document.problem((index, "short"), message)


def early_findings(articles: Articles, parts: Words) -> Iterator[Problem]:
    """Findings of a day on which not all of their sources were published."""
    wanted = {slug for _, _, model, part in parts if model is Finding for slug in part.sources}
    published = dict(Article.objects.filter(slug__in=wanted).values_list("slug", "published"))
    published |= {article.slug: article.published for _, article, *_ in articles}
    for document, index, model, part in parts:
        if model is Finding:
            days = [published[slug] for slug in part.sources if slug in published]
            if sentence := possible.finding(part.day, days):
                yield document.problem((index, "day"), sentence)


def problems(
    articles: Articles,
    references: Words,
    unsure: Collection[str] = (),
    translated: Sequence[translations.FiledTranslations] = (),
) -> list[Problem]:
    """All mistakes that can only be seen across files, as a list of `Problem`.

    `articles`: (Document, ArticlePart, its rows, what it names); `references`: (Document, index, model, part) of all
    vocabulary. `unsure`: slugs that files with other mistakes may define, so that nothing is said of those who name
    them.
    """
    by_model = defaultdict(list)
    for _, _, model, part in references:
        by_model[model].append(part)
    known = Known(articles, by_model, unsure)
    texts = dict(Article.objects.filter(paragraph_count__gt=0).values_list("slug", "paragraph_count"))
    found = [*names_of_articles(articles), *repeated_references(references), *codes_in_use(references)]
    found += early_findings(articles, references)
    for document, index, _, part in references:
        found += unknown_names(document, part, known, (index,))
    in_order: list[tuple[Document, rows.Row]] = []
    for document, article, folded, names in articles:
        reported = list(folded)
        found += repeated_rows(document, reported)
        found += impossible(document, article, reported, texts)
        found += unknown_names_in(document, names, known)
        found += kinds_of_entries(document, reported, known)
        in_order += [(document, row) for row in reported if _bears_on_order(row, known)]
    found += translations.problems(translated, known)
    found += out_of_order(in_order, {article.slug for _, article, *_ in articles}, known)
    return found


def warnings(articles: Articles, references: Words) -> Iterator[Problem]:
    """What is improbable in the files without a reason given, there or in the record; arguments as of `problems`."""
    reported = [doubts.Reported(article.slug, article.published, rows) for _, article, rows, _ in articles]
    parties = {part.slug: part.party for _, _, model, part in references if model is Person}
    beside = doubts.beside(reported, parties, {one.article for one in reported})
    answered = doubts.all_answered()
    public = _public(articles)
    for (document, *_), folded in zip(articles, reported, strict=True):
        one = folded._replace(rows=list(folded.rows))
        for doubt in doubts.doubts(one, beside):
            if doubts.answered(one.article, doubt.row) not in answered:
                place, reason = reason_to_write(document, doubt)
                yield document.problem(place, f"{doubt.sentence}, or say why it is right all the same: {reason}")
        yield from names_of_hidden(document, one.rows, public)
        if document.folded:
            document.fold()  # again, if it was asked for its lines


def _public(articles: Articles) -> dict[str, bool]:
    """{entry: whether readers see it, or will} of all that are in the record or in files."""
    public = dict.fromkeys(Entry.objects.values_list("slug", flat=True), True)
    public |= dict.fromkeys(Entry.objects.exclude(publication="published").values_list("slug", flat=True), False)
    for _, _, reported, _ in articles:
        for row in reported:
            if row.is_mention:
                public.setdefault(row.entry, not row.draft)
    return public


def names_of_hidden(document: Document, reported: Iterable[rows.Row], public: Mapping[str, bool]) -> Iterator[Problem]:
    """Entries that readers see, or will, and that name some that they do not. Of these nothing is shown meanwhile.

    Publishing refuses that. A load does not: what was taken back since is still named in files, and must load again.
    """
    for row in reported:
        if public.get(row.entry) and any(not public.get(slug, True) for slug in _entries_named(row)):
            slug = next(slug for slug in _entries_named(row) if not public.get(slug, True))
            told = f"“{slug}” is not public, so readers do not see this until it is; publish it, or leave it out"
            yield document.problem(row.place, told)


def _entries_named(row: rows.Row) -> list[str]:
    """The entries that the fact of a row names."""
    if row.model is not Citation or not row.key[1]:
        return []
    named = KINDS[row.kind].named_by(row.key[1])
    return row.values["value"].split(", ") if named and issubclass(named, Entry) else []


def reason_to_write(document: Document, doubt: doubts.Doubt) -> tuple[Place, str]:
    """Where a doubtful value stands, and what to write there to give a reason for it."""
    if doubt.row.model is not Citation:
        return (*doubt.row.place, doubt.column), 'right_because: "…"'
    *part, fact = doubt.row.place
    given = f'{fact}: "…"'
    if "right_because" in document.at(tuple(part)):
        return doubt.row.place, f"add {given} to right_because"
    return doubt.row.place, f"right_because: {{{given}}}"
