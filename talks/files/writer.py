"""Writes what files say into the database.

For each article three versions of its rows are compared: what its file said when it was last loaded (`Article.filed`),
what the file says now, and what the database holds. Where the database still holds what the file last said, the file's
new word is written. Where they differ, an editor changed it, and that is kept unless `overwrite` is asked for.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from django.db import models

from talks.derived.changes import note_additions, note_changes, states_of
from talks.derived.index import put_into_index
from talks.derived.reports import Reports, by_kind, entries_reported_by, reports_of
from talks.derived.rewording import reword, word_the_new
from talks.derived.settle import derive, set_fact_columns, settle
from talks.files import former, rows
from talks.files.checks import by_former_slug
from talks.files.history import note_creation
from talks.files.reader import Problem
from talks.models import KINDS, REPORTS, Article, Citation, Delegate, Delegation, Entry, Person, Publication, Seen
from talks.models.standing import EntryIssue, EntryParty, EntryPerson, Evidence, Placement, Revision, Tie, Wording
from talks.record import merged
from talks.record.facts import KnownEntry

BATCH = 1000
MOVING = {"published", "publisher__slug", "agency__slug"}  # columns of an article that its entries go by


@dataclass
class Outcome:
    """What a load did, or would do: a line for each change, what was kept of editors' work, new discrepancies, and
    which former slugs the files use.
    """

    files: int = 0
    counts: Counter = field(default_factory=Counter)
    changes: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    discrepancies: list[str] = field(default_factory=list)
    former: list[str] = field(default_factory=list)
    values: dict[str, list] = field(default_factory=dict)  # line of an update → (column, value before, value now)

    def note(self, action, name, held=None, values=None):
        """Note what was done to a row; of an update also the values that it `held`, and those that it got."""
        done = {"create": "created", "update": "updated", "remove": "removed"}[action]
        line = f"{done} {name}"
        self.counts[done] += 1
        self.changes.append(line)
        if action == "update" and values:
            self.values[line] = [
                (column.removesuffix("__slug"), held[column], values[column]) for column in sorted(values)
            ]


def compare(filed, said, held, overwrite):
    """What to do about one row: ("create" | "update" | "remove" | "keep" | "", values to write).

    `filed`: its values when the file was last loaded, `said`: what the file says now, `held`: what the database holds;
    each a dict, or None where the row is not there.
    """
    if said is None:
        if held is None or filed is None:
            return "", {}  # gone everywhere, or an editor's own row
        return ("remove", {}) if held == filed or overwrite else ("keep", {})
    if held is None:
        return ("create", said) if filed is None or overwrite else ("keep", {})
    different = {name for name in said if held[name] != said[name]}
    free = {name for name in different if overwrite or (filed is not None and held[name] == filed.get(name))}
    if free:
        return "update", {name: said[name] for name in free}
    return ("keep", {}) if different else ("", {})


def kept_words(said, held):
    """A kept difference in words."""
    if held is None:
        return "an editor removed it"
    if said is None:
        return "an editor had a hand in it; the file no longer has it"
    pairs = ((name.removesuffix("__slug"), held[name], said[name]) for name in said if held[name] != said[name])
    return "; ".join(f"{name} is “{ours}” by an editor, “{theirs}” in the file" for name, ours, theirs in pairs)


def name_of(model, key, article):
    """A reported row in words."""
    return f"{model._meta.verbose_name} {'/'.join(str(part) for part in key if part)} ({article.slug})"


class Writer:
    """Writes files into the database, in one transaction that the caller opened. `outcome` tells what it did."""

    ending = ".yaml"  # of the reasons in the history, after the article's slug
    kept_words = staticmethod(kept_words)

    def __init__(self, overwrite, progress):
        self.overwrite = overwrite
        self.progress = progress
        self.outcome = Outcome()
        self.pks = {
            model: dict(model.objects.values_list("slug", "pk"))
            for model in (*rows.VOCABULARY, Article, Entry, *KINDS.values())
        }
        self.called = {}  # model → {pk: name}; see `names`
        self.renamed = defaultdict(set)  # model → pks of vocabulary and articles that were updated
        self.articles = {}
        self.moved = []  # articles of another day or source than before, which their entries go by
        self.said = {}  # what entries that such an article reports said before: see `talks.derived.changes`
        self.problems = []
        self.created, self.updated, self.removed = [], [], []  # reported rows; see _compare_article

    def write(self, articles, references):
        """Write articles and vocabulary as `talks.files.loader.read_files` gives them; the problems met, if any."""
        self.outcome.files = len(articles)
        self.outcome.former = former.told(document for document, *_ in (*articles, *references))
        self._write_vocabulary(references)
        self._compare_articles(articles)
        if not self.problems:
            self._write_reports()
            self._remove_words(references)
            reword(self.renamed, "load_articles", self.find, self.names)
            word_the_new("load_articles", self.find, self.names)
        if self.outcome.changes:
            Revision.advance()
        return self.problems

    def reason(self, article):
        """What the history gives as the reason of a change of what this article reports."""
        return f"{article.slug}{self.ending}"

    def find(self, model, slugs):
        """{slug: pk}, as `talks.derived.settle` asks for it."""
        return {slug: self.pks[model][slug] for slug in slugs if slug in self.pks[model]}

    def names(self, model, pks):
        """{pk: name} of parties or people, as `talks.derived.settle` asks for it; the vocabulary must be written by
        then.
        """
        if model not in self.called:
            self.called[model] = dict(model.objects.values_list("pk", "name"))
        return {pk: self.called[model][pk] for pk in pks}

    # Vocabulary and articles: rows that have a slug

    def _write_vocabulary(self, references):
        for model in sorted(rows.VOCABULARY, key=lambda model: model is Person):  # people name parties, so they follow
            held = {row.slug: row for row in model.objects.all()}
            for document, index, its_model, part in references:
                if its_model is model and not by_former_slug(document, index, part):
                    row, said = held.get(part.slug), rows.vocabulary_values(model, part)
                    names = rows.VOCABULARY[model][1]
                    self._write_named(model, part.slug, row, row and row.filed, said, names, document.path.name)

    def _remove_words(self, references):
        """Remove the vocabulary that vanished from its file, now that the reports that used it are gone too."""
        for model in sorted(rows.VOCABULARY, key=lambda model: model is not Person):
            paths = {part.slug: document.path for document, _, its_model, part in references if its_model is model}
            for row in model.objects.exclude(slug__in=paths).exclude(filed=None) if paths else ():
                self._remove_word(row, rows.VOCABULARY[model][1], next(iter(paths.values())))

    def _write_named(self, model, slug, row, filed, said, names, reason):
        """Create or update one vocabulary row or article as `compare` says, and give it back."""
        held = self._plain(row, names) if row else None
        action, values = compare(filed, said, held, self.overwrite)
        name = f"{model._meta.verbose_name} {slug}"
        if action in ("create", "update"):
            if model is Article and action == "update" and "published" in values:
                self.said = states_of(entries_reported_by(row)) | self.said
            row = row or model(slug=slug)
            for column, value in self._columns(model, values).items():
                setattr(row, column, value)
            row._change_reason = reason
            row.save()
            self.pks[model][slug] = row.pk
            self.outcome.note(action, name, held, values)
            if action == "update":
                self.renamed[model].add(row.pk)
            if action == "update" and not MOVING.isdisjoint(values):
                self.moved.append(row)
        self._tell_kept(action, name, said, held, values)
        if model is not Article:
            self._remember(row, said)
        return row

    def _tell_kept(self, action, name, said, held, values):
        """Note what an editor's hand keeps as it is: of a row that is updated, the columns that are not."""
        if action == "update":
            held = held | values
        if action == "keep" or (action == "update" and held != held | said):
            self.outcome.kept.append(f"{name}: {self.kept_words(said, held)}")

    def _remove_word(self, row, names, path):
        """Remove a vocabulary row that vanished from its file; a problem if something still uses it."""
        name, held = f"{row._meta.verbose_name} {row.slug}", self._plain(row, names)
        if compare(row.filed, None, held, self.overwrite)[0] == "keep":
            self.outcome.kept.append(f"{name}: {self.kept_words(None, held)}")
            return
        try:
            row._change_reason = path.name
            row.delete()
        except models.ProtectedError as error:
            user = min(error.protected_objects, key=lambda user: (isinstance(user, Tie), str(user)))
            message = (
                f"{name} is gone from this file, but “{user}” still uses it; put it back, or remove its uses first"
            )
            self.problems.append(Problem(path, 1, "", message))
        else:
            self.outcome.note("remove", name)

    @staticmethod
    def _remember(row, said):
        """Keep what the file says now, for the next load to compare with. This is no change of the row itself."""
        if row.filed != said:
            row.filed = said
            type(row).objects.filter(pk=row.pk).update(filed=said)

    @staticmethod
    def _plain(row, names):
        """The row's values as files give them."""
        values = {}
        for name in names:
            value = getattr(row, name.removesuffix("__slug"))
            values[name] = value.slug if value is not None and name.endswith("__slug") else rows.plain(value)
        return values

    def _columns(self, model, values):
        """Column values for `model` from plain values: dates are dates, slugs are keys of other rows."""
        columns = {}
        for name, value in values.items():
            column = model._meta.get_field(name.removesuffix("__slug"))
            if column.is_relation:
                columns[column.attname] = None if value is None else self.pks[column.related_model][value]
            else:
                columns[column.name] = column.to_python(value)
        return columns

    # What articles report

    def _compare_articles(self, articles):
        held = {article.slug: article for article in Article.objects.with_publishers()}
        known = [held[file.article.slug].pk for _, file, _ in articles if file.article.slug in held]
        found = rows.from_database(known)
        for done, (document, file, reported) in enumerate(articles, start=1):
            slug, said = file.article.slug, rows.article_values(file.article)
            article = held.get(slug)
            filed = (article and article.filed) or {"article": None, "rows": []}
            reason = document.path.name
            article = self._write_named(Article, slug, article, filed["article"], said, rows.ARTICLE, reason)
            self.articles[slug] = article
            self._compare_article(article, document, filed["rows"], reported, found.get(article.pk, {}))
            word = [[row.model.__name__, list(row.key), row.values] for row in reported]
            self._remember(article, {"article": said, "rows": word})
            if done % BATCH == 0:
                self.progress(done, len(articles))

    def _compare_article(self, article, document, filed, reported, found):
        """Note which of the article's rows to create, update and remove."""
        last = {(rows.MODELS[model], tuple(key)): values for model, key, values in filed}
        now = {(row.model, row.key): row for row in reported}
        result, gone = {identity: values for identity, (_, values) in found.items()}, set()
        for identity in {**now, **last}:
            (model, key), row = identity, now.get(identity)
            pk, held = found.get(identity, (None, None))
            said = row and row.values
            action, values = compare(last.get(identity), said, held, self.overwrite)
            if action == "create" and model is Delegate and (Delegation, key[:2]) in gone:
                action = "keep"  # without the delegation, which an editor removed, there is no place for it
            if action == "remove" and model is Delegation and self._has_kept_delegates(key, found, last):
                action = "keep"
            if action == "create":
                self.created.append((article, row))
            elif action == "update":
                self.updated.append((model, pk, key[0], values, article))
            elif action == "remove":
                self.removed.append((model, pk, key[0], article))
                del result[identity]
            elif action == "keep" and held is None:
                gone.add(identity)
            if action in ("update", "remove"):
                self.outcome.note(action, name_of(model, key, article), held, values)
            if action in ("create", "update"):
                result[identity] = (held or {}) | values
            self._tell_kept(action, name_of(model, key, article), said, held, values)
        self._check_heads(document, now, result)

    def _has_kept_delegates(self, delegation, found, last):
        """True if editors added or changed people of this delegation (a key), who would go with it."""
        return any(
            (model, key) not in last or (held != last[model, key] and not self.overwrite)
            for (model, key), (_, held) in found.items()
            if model is Delegate and key[:2] == delegation
        )

    def _check_heads(self, document, now, result):
        """Note a problem where a file names a head beside one that an editor named. `result`: all rows afterwards."""
        heads = {}
        for (model, key), values in result.items():
            if model is Delegate and values["head"]:
                heads.setdefault(key[:2], []).append(key)
        for several in heads.values():
            for key in several if len(several) > 1 else ():
                if (Delegate, key) in now:
                    other = next(person for *_, person in several if person != key[2])
                    message = f"“{other}” is head by an editor's hand; a delegation has one head, mend it here or there"
                    self.problems.append(document.problem((*now[Delegate, key].place, "head"), message))

    def _write_reports(self):
        self._leave_out_removed_entries()
        changes = [(row.entry, article) for article, row in self.created]
        changes += [(change[2], change[-1]) for change in (*self.updated, *self.removed)]
        for article in self.moved:
            changes += [(key[0], article) for _, key in rows.from_database([article.pk])[article.pk]]
        old = {slug: self.pks[Entry][slug] for slug, _ in changes if slug in self.pks[Entry]}
        reasons = {self.pks[Entry][slug]: self.reason(article) for slug, article in changes if slug in old}
        disputed_before = self._disputes(old.values())
        overruled = self._chosen_by_editors().values_list("pk", flat=True) if self.overwrite else ()
        said = states_of({*old.values(), *overruled}) | self.said
        new = self._new_entries()
        self._remove_and_update()  # first, so that a delegation that gets a new head has lost the old one
        self._create(new)
        if self.overwrite:
            reasons |= self._overrule_editors()
        else:
            self._tell_choices()
        unreported = set(Entry.objects.filter(pk__in=old.values(), citations=None).values_list("pk", flat=True))
        settle({pk: reason for pk, reason in reasons.items() if pk not in unreported}, self.find, self.names)
        self._remove_unreported(unreported)
        note_changes(said)
        note_additions(new.values())
        mentions = Counter(row.entry for _, row in self.created if row.model is Citation and not row.key[1])
        now = {*old.values(), *(entry.pk for entry in new.values() if mentions[entry.slug] > 1)}
        self.outcome.discrepancies = sorted(self._disputes(now) - disputed_before)

    def _leave_out_removed_entries(self):
        """Leave out new rows about entries that an editor removed, which no article mentions anew."""
        mentioned = {row.entry for _, row in self.created if row.model is Citation and not row.key[1]}
        created, self.created = self.created, []
        for article, row in created:
            name = name_of(row.model, row.key, article)
            if row.entry in mentioned or row.entry in self.pks[Entry]:
                self.created.append((article, row))
                self.outcome.note("create", name)
            else:
                self.outcome.kept.append(f"{name}: an editor removed {row.entry}")

    def _new_entries(self):
        """{slug: unsaved entry} of the entries that nothing mentioned before; drafts if any file calls them so."""
        mentions = [row for _, row in self.created if row.kind and row.entry not in self.pks[Entry]]
        drafts = {row.entry for row in mentions if row.draft}
        return {
            row.entry: KINDS[row.kind](
                slug=row.entry, kind=row.kind, publication="draft" if row.entry in drafts else "published"
            )
            for row in mentions
        }

    def _create(self, new):
        """Create new entries and all new reported rows. Rows are inserted in bulk, each with its history."""
        reported = self._instances(new)
        reports = defaultdict(Reports)
        for slug, instance in reported:
            reports[slug].add(instance)
        standing = [row for slug, entry in new.items() for row in derive(entry, reports[slug], self.find, self.names)]
        self._insert_entries(new, reports)
        for model in REPORTS:
            rows_of_model = [instance for _, instance in reported if type(instance) is model]
            model.objects.bulk_create(rows_of_model, batch_size=BATCH)
            note_creation(rows_of_model, "article", self.ending)
        for model in (EntryParty, EntryIssue, EntryPerson, Placement, Evidence, Wording):
            model.objects.bulk_create([row for row in standing if type(row) is model], batch_size=BATCH)
        put_into_index([row for row in standing if type(row) is Wording])
        for entry in new.values():
            self.outcome.note("create", f"{entry.kind} {entry.slug}")

    def _instances(self, new):
        """[(slug of the entry, unsaved reported row)] of all rows to create."""
        made, delegations = [], {}
        for article, row in self.created:
            values = dict(row.values)
            key = dict(zip(rows.KEYS[row.model], row.key, strict=True))
            if row.model is Delegate:
                own = delegations.get((article.pk, *row.key[:2]))
                own = own or Delegation.objects.get(article=article, round__slug=row.key[0], party__slug=row.key[1])
                instance = Delegate(delegation=own, **self._columns(Delegate, values))
                instance.person_id = self.pks[Person][row.key[2]]
            else:
                owner = row.model.ENTRY
                slug = key.pop(f"{owner}__slug")
                instance = row.model(**self._columns(row.model, key | values))
                if slug in new:
                    setattr(instance, owner, new[slug])
                else:
                    setattr(instance, f"{owner}_id", self.pks[Entry][slug])
            instance.article = article
            if row.model is Citation:
                instance.fold()
            if row.model is Delegation:
                delegations[article.pk, *row.key] = instance
            made.append((row.entry, instance))
        return made

    def _insert_entries(self, new, reports):
        """Insert the new entries: the shared table in bulk, then each kind's own, then the history of both."""
        shared = [field.attname for field in Entry._meta.concrete_fields]
        parents = [Entry(**{name: getattr(entry, name) for name in shared}) for entry in new.values()]
        Entry.objects.bulk_create(parents, batch_size=BATCH)
        for entry, parent in zip(new.values(), parents, strict=True):
            for name in shared:
                setattr(entry, name, getattr(parent, name))
            entry.entry_ptr_id = parent.pk
            self.pks[Entry][entry.slug] = self.pks[type(entry)][entry.slug] = parent.pk
        for slug, entry in new.items():
            set_fact_columns(
                entry, KnownEntry(entry, reports[slug].citations, Seen.now()), self.find
            )  # now others can be named
            entry.save_base(raw=True, force_insert=True)  # raw: into its own table only
        for model in KINDS.values():
            made = [entry for entry in new.values() if type(entry) is model]
            note_creation(made, "introduced_by")

    def _remove_and_update(self):
        for model in reversed(REPORTS):  # what belongs to a row goes before it
            for its_model, pk, _, article in self.removed:
                if its_model is model:
                    row = model.objects.get(pk=pk)
                    row._change_reason = self.reason(article)
                    row.delete()
        for model, pk, _, values, article in sorted(self.updated, key=lambda change: change[3].get("head") is True):
            row = model.objects.get(pk=pk)  # new heads come last, when the old ones are none any more
            for column, value in self._columns(model, values).items():
                setattr(row, column, value)
            row._change_reason = self.reason(article)
            row.save()

    def _remove_unreported(self, pks):
        """Remove the entries (pks) that no article reports any more; one that something else needs becomes a draft.

        What was withdrawn stays, so that its address goes on saying so.
        """
        reports = reports_of(pks)
        entries = [
            entry for kind, its_pks in by_kind(pks).items() for entry in KINDS[kind].objects.filter(pk__in=its_pks)
        ]
        others = [entry for entry in entries if entry.publication != Publication.WITHDRAWN]
        waiting = [entry for entry in others if not entry.chosen and not reports[entry.pk].all()]
        removed = True
        while removed:  # again and again, because one of them may name another
            removed = [entry for entry in waiting if self._remove_entry(entry)]
            waiting = [entry for entry in waiting if entry not in removed]
        for entry in others:
            if entry.pk:
                entry.publication = "draft"
                entry._change_reason = "no article file reports it any more"
                entry.save()
                self.outcome.kept.append(
                    f"{entry.kind} {entry.slug}: no file reports it any more, so it is a draft now"
                )
        drafts = {entry.pk: "no article file reports it any more" for entry in entries if entry.pk}
        settle(drafts, self.find, self.names)

    def _remove_entry(self, entry):
        """True if the entry could be removed; False if another entry names it."""
        entry._change_reason = "no article file reports it any more"
        try:
            entry.delete()
        except models.ProtectedError:
            return False
        self.outcome.note("remove", f"{entry.kind} {entry.slug}")
        return True

    # Editors' choices and discrepancies

    def _chosen_by_editors(self):
        """The entries that the loaded files mention and that editors decided about."""
        loaded = [article.pk for article in self.articles.values()]
        cited = Citation.objects.filter(article__in=loaded).values("entry")
        return Entry.objects.filter(pk__in=cited).exclude(chosen={})

    def _tell_choices(self):
        for entry in self._chosen_by_editors():
            for name, value in entry.chosen.items():
                self.outcome.kept.append(f"{entry.kind} {entry.slug}: an editor chose “{value}” for {name}")

    def _overrule_editors(self):
        """Drop what editors chose; {entry pk: reason} of the entries to settle anew."""
        reasons = {}
        for entry in self._chosen_by_editors():
            Entry.objects.filter(pk=entry.pk).update(chosen={})
            reasons[entry.pk] = "load_articles --overwrite"
            self.outcome.note("update", f"{entry.kind} {entry.slug}: the choices of editors are dropped")
        return reasons

    def _disputes(self, pks):
        """{sentence} for each discrepancy in the facts of these entries."""
        found = set()
        pks = list(pks)
        for start in range(0, len(pks), BATCH):
            batch = pks[start : start + BATCH]
            entries = Entry.objects.in_bulk(batch)
            for pk, reports in reports_of(batch).items():
                if pk in entries and reports.citations:
                    found |= set(discrepancies(entries[pk], reports))
        return found


def discrepancies(entry, reports):
    """A sentence for each fact of the entry, and each number of its rows, that articles report differently."""
    for fact in KnownEntry(entry, reports.citations, Seen.now()).disputed:
        yield f"{entry.slug}: {fact.field} is {_versions((v.value, v.citations) for v in fact.versions)}"
    for delegation in merged.delegations(reports.in_order("Delegation"), reports.in_order("Delegate")):
        if delegation.differs:
            yield f"{entry.slug}: size of {delegation.party} is {_readings(delegation.sizes)}"
        for member in delegation.members:
            if member.differs:
                yield f"{entry.slug}: {member.person} is head or not, {_readings(member.head_readings)}"
    for transfer in merged.transfers(reports.in_order("Transfer")):
        if transfer.differs:
            what = f"{transfer.kind_display} to {transfer.to_party} on {transfer.date or 'a day not given'}"
            yield f"{entry.slug}: {what}: {_readings(transfer.counts)}"


def _readings(found):
    return _versions((reading.value, reading.rows) for reading in found)


def _versions(found):
    return " or ".join(f"“{value}” ({reports[0].article.slug})" for value, reports in found)
