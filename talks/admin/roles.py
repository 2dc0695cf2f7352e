"""What is whose: editors edit all; authors, who may not publish, only what they made, until it is public.

Permissions, which come with the roles (groups, made by a migration), hold for whole models; this holds for each row.
"""

from django.db.models import Min

from talks.admin.page import edited_page
from talks.models import Publication

PUBLISH = "talks.publish_entry"


def may_publish(user):
    """True for editors: who decides what is public may also edit it."""
    return user.has_perm(PUBLISH)


def made_by(user, model, pks):
    """Those of these rows (pks) that this user made, as a set: the first row of their history is the user's."""
    key = model._meta.pk.attname
    rows = model.history.filter(**{f"{key}__in": pks}).order_by()
    first = rows.values(key).annotate(first=Min("history_id")).values("first")
    return set(rows.filter(history_id__in=first, history_user=user).values_list(key, flat=True))


def drafts_of(user, model, pks):
    """Those of these entries (pks) that are drafts, as the database has them, and that this user made."""
    drafts = model.objects.filter(pk__in=pks, publication=Publication.DRAFT)
    return made_by(user, model, drafts.values_list("pk", flat=True))


class ReleasedMixin:
    """A page of rows that readers see once something published rests on them: only editors release one before."""

    def get_readonly_fields(self, request, obj=None):
        readonly = super().get_readonly_fields(request, obj)
        return readonly if may_publish(request.user) else (*readonly, "released")

    def save_model(self, request, obj, form, change):
        """An earlier version that an author restores releases nothing."""
        if not may_publish(request.user):
            obj.released = change and type(obj).objects.get(pk=obj.pk).released
        super().save_model(request, obj, form, change)


class OwnedMixin:
    """A page whose rows authors may change and delete only if they are theirs. Everybody's forms know their `user`."""

    def theirs(self, user, pks):
        """Those of these rows (pks) that an author may change and delete, as a set."""
        raise NotImplementedError

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and self.is_theirs(request, obj)

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and self.is_theirs(request, obj)

    def is_theirs(self, request, obj):
        """True if whose the row is does not forbid the user to edit it. Asked once for each row, as pages ask often."""
        if obj is None or obj.pk is None or may_publish(request.user):
            return True
        if (self.model, obj.pk) not in edited_page(request).theirs:
            self.ask_for(request, [obj])
        return edited_page(request).theirs[self.model, obj.pk]

    def ask_for(self, request, rows):
        theirs = self.theirs(request.user, [row.pk for row in rows])
        edited_page(request).theirs |= {(self.model, row.pk): row.pk in theirs for row in rows}

    def get_object(self, request, object_id, from_field=None):
        """A row that is read again may have changed hands, so it is asked for again."""
        row = super().get_object(request, object_id, from_field)
        if row:
            edited_page(request).theirs.pop((self.model, row.pk), None)
        return row

    def get_deleted_objects(self, objs, request):
        objs = list(objs)
        if not may_publish(request.user):
            self.ask_for(request, objs)
        return super().get_deleted_objects(objs, request)

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        form.user = request.user  # the class is made for this request
        return form
