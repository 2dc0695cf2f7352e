"""Takes a load back.

`look` says what the record holds of all that a load may change. Two of these looks, before and after the load, give the
`difference` to keep. To undo the load, the same three-way comparison as in `talks.files.writer` is made the other way
round: where the record still holds what it held after the load, what it held before is written; where it does not,
somebody changed it since, and that is kept and told.
"""

from pathlib import Path

from django.db.models import ProtectedError

from talks.derived.rewording import reword, word_the_new
from talks.derived.settle import settle
from talks.files import rows
from talks.files.reader import Document, Problem
from talks.files.writer import BATCH, Writer, compare, name_of
from talks.models import (
    KINDS,
    REPORTS,
    Article,
    Citation,
    Delegate,
    Delegation,
    Entry,
    FormerSlug,
    Issue,
    Party,
    Person,
)
from talks.models.standing import Revision

REASON = "import undone"
OWNERS = {Entry: "entry", Person: "person", Party: "party", Issue: "issue"}  # of former slugs, which go with them
# Columns of an entry that do not follow from anything if no article reports it.
ASIDE = {
    *("id", "entry_ptr", "slug", "kind", "publication", "chosen", "created", "updated"),
    *("introduced_by", "first_reported", "last_reported"),
}


# What the record holds


def reach(articles, references):
    """(slugs of articles, models of vocabulary, slugs of entries) that a load of these files may change."""
    slugs = {file.article.slug for _, file, _ in articles}
    entries = {row.entry for _, _, reported in articles for row in reported}
    for held in rows.from_database(Article.objects.filter(slug__in=slugs).values_list("pk", flat=True)).values():
        entries |= {key[0] for _, key in held}
    return slugs, {model for _, _, model, _ in references}, entries


def look(articles, vocabulary, entries):
    """What the record holds of all in `reach`, as plain JSON values."""
    return {
        "articles": dict(_articles(articles)),
        "vocabulary": {f"{model.__name__}/{slug}": held for model in vocabulary for slug, held in _words(model)},
        "entries": dict(_entries(entries)),
    }


def _named(found, names):
    """(slug, what the row and its file say) of these articles or this vocabulary."""
    for row in found.values("slug", "filed", *names):
        slug, filed = row.pop("slug"), row.pop("filed")
        yield slug, {"values": {name: rows.plain(value) for name, value in row.items()}, "filed": filed}


def _words(model):
    former = _former(model, model.objects.all())
    for slug, held in _named(model.objects.all(), rows.VOCABULARY[model][1]):
        yield slug, held | {"former": former.get(slug, [])}


def _former(model, found):
    """{slug: its former ones} of these rows of `model`."""
    former = {}
    if owner := OWNERS.get(model):
        slugs = FormerSlug.objects.filter(**{f"{owner}__in": found}).order_by("slug")
        for slug, present in slugs.values_list("slug", f"{owner}__slug"):
            former.setdefault(present, []).append(slug)
    return former


def _articles(slugs):
    found = Article.objects.filter(slug__in=slugs)
    pks = dict(found.values_list("slug", "pk"))
    reported = rows.from_database(pks.values())
    for slug, held in _named(found, rows.ARTICLE):
        own = [(model.__name__, list(key), values) for (model, key), (_, values) in reported[pks[slug]].items()]
        yield slug, held | {"rows": own}


def _entries(slugs):
    """(slug, what an editor decides about the entry); with its columns only if no article reports them."""
    slugs = sorted(slugs)
    for start in range(0, len(slugs), BATCH):
        found = Entry.objects.filter(slug__in=slugs[start : start + BATCH])
        columns = dict(_columns_of_unreported(found.filter(citations=None)))
        former = _former(Entry, found)
        for held in found.values("slug", "kind", "publication", "chosen"):
            slug = held.pop("slug")
            yield slug, held | {"columns": columns.get(slug), "former": former.get(slug, [])}


def _columns_of_unreported(found):
    for kind in found.order_by().values_list("kind", flat=True).distinct():
        model = KINDS[kind]
        columns = [column for column in model._meta.concrete_fields if column.name not in ASIDE]
        names = [f"{column.name}__slug" if column.is_relation else column.name for column in columns]
        for slug, *values in model.objects.filter(entry_ptr__in=found.filter(kind=kind)).values_list("slug", *names):
            yield slug, dict(zip(names, map(rows.plain, values), strict=True))


def difference(before, after):
    """{part: {name: [before, after]}} of what differs between two looks; None where it was not there.

    Of an article's rows only those that differ are in it, as [model, key, before, after]. An entry that no article
    reported before is in it in any case, because nothing else tells afterwards that it was there.
    """
    changed = {part: _changed(before[part], after[part]) for part in before}
    for slug, held in before["entries"].items():
        if held["columns"]:
            changed["entries"][slug] = [held, after["entries"].get(slug)]
    for pair in changed["articles"].values():
        held = [{(model, tuple(key)): values for model, key, values in one.pop("rows")} if one else {} for one in pair]
        pair.append([[model, list(key), *both] for (model, key), both in _changed(*held).items()])
    return changed


def _changed(before, after):
    names = dict.fromkeys([*before, *after])
    return {name: [before.get(name), after.get(name)] for name in names if before.get(name) != after.get(name)}


# And back


class Undo(Writer):
    """Writes back what the record held before a load. `change` is the `difference` that the load made."""

    ending = f".yaml: {REASON}"

    def __init__(self, change):
        super().__init__(overwrite=False, progress=None)
        self.change = change
        self.again = {}  # entries that the load removed and that are made anew: slug → what they were

    @staticmethod
    def kept_words(said, held):
        if held is None:
            return "it was removed since"
        if said is None:
            return "it was changed since; before the import it was not there"
        pairs = ((name.removesuffix("__slug"), held[name], said[name]) for name in said if held[name] != said[name])
        return "; ".join(f"{name} is “{ours}” since then, “{theirs}” before the import" for name, ours, theirs in pairs)

    def write(self):
        """Write it back, within a transaction; the problems met, if any."""
        self.outcome.files = len(self.change["articles"])
        self._put_vocabulary_back()
        if not self.problems:
            self._compare_articles()
        if not self.problems:
            self._put_entries_back()
            self._write_reports()
            self._put_decisions_back()
            self._remove_articles()
            self._remove_vocabulary()
            self._put_filed_back()
            reword(self.renamed, REASON, self.find, self.names)
            word_the_new(REASON, self.find, self.names)
        if self.outcome.changes:
            Revision.advance()
        return self.problems

    def _remember(self, row, said):
        """What files said is put back at the end, as it may be something else than what the record held."""

    def _problem(self, name, message):
        self.problems.append(Problem(Path(name), 0, "", message))

    def _exist(self, name, model, values):
        """True if all rows that these values name by slug are there; a problem otherwise."""
        lost = []
        for column, slug in values.items():
            *steps, last = column.split("__")
            owner = model
            for step in steps if last == "slug" else ():
                owner = owner._meta.get_field(step).related_model
            if last == "slug" and slug is not None and slug not in self.pks[owner]:
                lost.append((owner._meta.verbose_name, slug))
        for noun, slug in lost:
            self._problem(name, f"the {noun} “{slug}” was removed since; make it again first, then undo the import")
        return not lost

    def _put_vocabulary_back(self):
        for model, slug, before, after in self._vocabulary():
            last = after and after["values"]
            if not before or before["values"] == last:
                continue
            name, names = f"{model._meta.verbose_name} {slug}", rows.VOCABULARY[model][1]
            if self._exist(name, model, before["values"]) and self._has_its_code(name, model, slug, before):
                row = self._row(model, slug)
                self._write_named(model, slug, row, last, before["values"], names, REASON)
                if row is None and (again := self._row(model, slug)):
                    self._give_former_slugs(again, model, before["former"])

    def _vocabulary(self):
        """(model, slug, before, after) of the vocabulary that was changed; people last, because they name parties."""
        models = {model.__name__: model for model in rows.VOCABULARY}
        named = [(name.split("/"), pair) for name, pair in self.change["vocabulary"].items()]
        found = [(models[model], slug, *pair) for (model, slug), pair in named]
        return sorted(found, key=lambda changed: changed[0] is Person)

    @staticmethod
    def _row(model, slug):
        return model.objects.filter(slug=slug).first()

    def _has_its_code(self, name, model, slug, before):
        """True unless another party has the code of this one by now; a problem then."""
        holder = model is Party and Party.objects.filter(short=before["values"]["short"]).exclude(slug=slug).first()
        if holder:
            code = before["values"]["short"]
            self._problem(name, f"“{code}” is the code of “{holder.slug}” by now; give that another one, then undo")
        return not holder

    def _compare_articles(self):
        held = Article.objects.with_publishers().in_bulk(list(self.change["articles"]), field_name="slug")
        found = rows.from_database([article.pk for article in held.values()])
        for slug, (before, after, reported) in self.change["articles"].items():
            article = held.get(slug)
            if article is None:
                self.outcome.kept.append(f"article {slug}: it was removed since")
                continue
            if before and before["values"] != after["values"] and self._exist(slug, Article, before["values"]):
                values = after["values"], before["values"]
                self._write_named(Article, slug, article, *values, rows.ARTICLE, self.reason(article))
            last = [(model, key, values) for model, key, _, values in reported if values]
            now = [rows.Row((), rows.MODELS[model], tuple(key), values) for model, key, values, _ in reported if values]
            document = Document(Path(f"{slug}.yaml"), None, {(): 0})
            self._compare_article(article, document, last, now, found.get(article.pk, {}))
        self._check_names()

    def _check_names(self):
        """Leave out new rows whose entry or delegation was removed since; a problem where what they name was."""
        gone = {slug for slug, (before, after) in self.change["entries"].items() if before and not after}
        delegations = {(article.pk, row.key) for article, row in self.created if row.model is Delegation}
        created, self.created = self.created, []
        for article, row in created:
            name = name_of(row.model, row.key, article)
            if row.entry not in self.pks[Entry] and row.entry not in gone:
                self.outcome.kept.append(f"{name}: {row.entry} was removed since")
            elif row.model is Delegate and not self._has_delegation(article, row, delegations):
                self.outcome.kept.append(f"{name}: its delegation was removed since")
            else:
                self.created.append((article, row))
        for article, row in self.created:
            keys = dict(zip(rows.KEYS[row.model], row.key, strict=True))
            if row.entry in gone:
                del keys[rows.KEYS[row.model][0]]  # it is made anew
            self._exist(article.slug, row.model, keys | row.values)
        for model, _, _, values, article in self.updated:
            self._exist(article.slug, model, values)

    @staticmethod
    def _has_delegation(article, row, new):
        key = row.key[:2]
        there = Delegation.objects.filter(article=article, round__slug=key[0], party__slug=key[1])
        return (article.pk, key) in new or there.exists()

    # Entries

    def _put_entries_back(self):
        """Make the entries anew that the load removed and that the rows to write are about. First they are drafts."""
        titles = {row.entry: row.values["title"] for _, row in self.created if row.values.get("title")}
        for slug in sorted({row.entry for _, row in self.created} - self.pks[Entry].keys()):
            before = self.change["entries"][slug][0]
            model = KINDS[before["kind"]]
            entry = model(slug=slug, kind=before["kind"], title=titles.get(slug, slug))
            entry._change_reason = REASON
            entry.save()
            self.pks[Entry][slug] = self.pks[model][slug] = entry.pk
            self.again[slug] = before
            self._give_former_slugs(entry, Entry, before["former"])
            self.outcome.note("create", f"{entry.kind} {slug}")

    def _remove_unreported(self, pks):
        """As after a load, but what no article reported before the load either was an editor's, and stays."""
        own = {self.pks[Entry].get(slug) for slug, (before, _) in self._decisions() if before["columns"]}
        super()._remove_unreported(set(pks) - own)

    def _decisions(self):
        """(slug, (before, after)) of the entries that were there before the load and that it changed, and still are."""
        for slug, (before, after) in self.change["entries"].items():
            if before and (slug in self.again or (after and slug in self.pks[Entry])):
                yield slug, (before, after or dict.fromkeys(before))

    def _put_decisions_back(self):
        """Bring back what editors chose, then, because it may need that, what was public."""
        uncited = {slug for model, _, slug, _ in self.removed if model is Citation} | self.again.keys()
        found = [(self._row(KINDS[before["kind"]], slug), before, after) for slug, (before, after) in self._decisions()]
        found = [(entry, before, after) for entry, before, after in found if entry]
        for entry, before, after in found:
            columns = before["columns"] if entry.slug in uncited and not entry.citations.exists() else None
            self._choose_as_before(entry, before["chosen"], after["chosen"] or {}, columns or {})
        settle(dict.fromkeys([entry.pk for entry, *_ in found], REASON), self.find, self.names)
        for entry, before, after in found:
            entry.refresh_from_db()
            self._publish_as_before(entry, before, after)

    def _choose_as_before(self, entry, before, after, columns):
        """Bring back what editors chose, and the columns of an entry that no article reports by now."""
        chosen = dict(entry.chosen)
        for fact in {**before, **after}:
            if chosen.get(fact) == after.get(fact):
                chosen[fact] = before.get(fact)
        chosen = {fact: value for fact, value in chosen.items() if value is not None}
        if (chosen != entry.chosen or columns) and self._exist(entry.slug, type(entry), columns):
            entry.chosen = chosen
            for column, value in self._columns(type(entry), columns).items():
                setattr(entry, column, value)
            entry._change_reason = REASON
            entry.save()

    def _publish_as_before(self, entry, before, after):
        state, last = before["publication"], after["publication"] or "draft"
        if state in (last, entry.publication):
            return
        if entry.publication == last and (state != "published" or (entry.first_reported and entry.start)):
            entry.publication = state
            entry._change_reason = REASON
            entry.save()
            if entry.slug not in self.again:
                values = {"publication": last}, {"publication": state}
                self.outcome.note("update", f"{entry.kind} {entry.slug}", *values)
        else:
            name = f"{entry.kind} {entry.slug}"
            self.outcome.kept.append(f"{name}: publication is “{entry.publication}” since then, “{state}” before")

    @staticmethod
    def _give_former_slugs(row, model, slugs):
        """Give a row that is made anew its former slugs, except those that lead elsewhere by now."""
        owner = OWNERS.get(model)
        for slug in slugs:
            if not FormerSlug.objects.filter(slug=slug).exclude(**{owner: None}).exists():
                FormerSlug.objects.create(slug=slug, **{f"{owner}_id": row.pk})

    # What the load brought in

    def _remove_articles(self):
        """Remove the articles that the load brought in, if nothing was added to them since."""
        for slug, (before, after, _) in self.change["articles"].items():
            article = not before and self._row(Article, slug)
            if not article:
                continue
            if any(model.objects.filter(article=article).exists() for model in REPORTS):
                self.outcome.kept.append(f"article {slug}: it still reports what was changed since")
            elif article.text:
                self.outcome.kept.append(f"article {slug}: its text was added since")
            else:
                self._remove_named(article, after, rows.ARTICLE)

    def _remove_vocabulary(self):
        """Remove the vocabulary that the load brought in, if nothing uses it."""
        for model, slug, before, after in reversed(self._vocabulary()):
            row = not before and self._row(model, slug)
            if row:
                self._remove_named(row, after, rows.VOCABULARY[model][1])

    def _remove_named(self, row, after, names):
        name = f"{row._meta.verbose_name} {row.slug}"
        if compare(after["values"], None, self._plain(row, names), overwrite=False)[0] == "keep":
            self.outcome.kept.append(f"{name}: {self.kept_words(None, after)}")
            return
        row._change_reason = REASON
        try:
            row.delete()
        except ProtectedError:
            self.outcome.kept.append(f"{name}: something uses it by now")
        else:
            self.outcome.note("remove", name)

    def _put_filed_back(self):
        """What files said before the load, where no other load followed."""
        pairs = [(Article, slug, before, after) for slug, (before, after, _) in self.change["articles"].items()]
        for model, slug, before, after in (*pairs, *self._vocabulary()):
            row = before and self._row(model, slug)
            if row and (after is None or row.filed == after["filed"]):
                super()._remember(row, before["filed"])
