"""Users and groups: nobody gives more than they have, nor touches who has more."""

from django.conf import settings
from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, Permission, User
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils.html import format_html_join
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django_otp.plugins.otp_static.admin import StaticDevice  # of these modules, so that they have registered theirs
from django_otp.plugins.otp_totp.admin import TOTPDevice

from talks.admin.factor import pages

ROLES_IN_WORDS = {  # name of its group: what a role is called on pages, and what it may do
    "Author": (
        pgettext_lazy("role", "Author"),
        _(
            "adds entries, articles, people and publishers, changes or deletes drafts of their own, and suggests what "
            "articles report of published entries."
        ),
    ),
    "Editor": (
        pgettext_lazy("role", "Editor"),
        _("changes everything about the record, and decides what is public."),
    ),
    "Admin": (pgettext_lazy("role", "Admin"), _("does what an editor does, and adds users and gives them roles.")),
}
FOR_SUPERUSERS = ("is_superuser", "user_permissions")


def role_in_words(name):
    """What the group of this name is called in the language of the page; one that is no role, as it is."""
    return str(ROLES_IN_WORDS[name][0]) if name in ROLES_IN_WORDS else name


class RoleFilter(admin.RelatedFieldListFilter):
    """Users of a role."""

    def field_choices(self, field, request, model_admin):
        return [(pk, role_in_words(name)) for pk, name in super().field_choices(field, request, model_admin)]


def beyond(user):
    """The permissions that this user has not; none for a superuser."""
    if user.is_superuser:
        return Permission.objects.none()
    return Permission.objects.exclude(pk__in=Permission.objects.filter(Q(user=user) | Q(group__user=user)).values("pk"))


class WithinMixin:
    """A page whose rows may be changed and deleted only by those who may do all that the row allows."""

    def holds_more(self, user, row):
        """True if the row gives what this user has not."""
        raise NotImplementedError

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and self.is_within(request, obj)

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and self.is_within(request, obj)

    def is_within(self, request, row):
        return row is None or request.user.is_superuser or not self.holds_more(request.user, row)


admin.site.unregister([User, Group, TOTPDevice, StaticDevice])  # pages of the last two would show secrets


@admin.register(User)
class RoleUserAdmin(WithinMixin, UserAdmin):
    """A user, whose role is one of the groups."""

    list_filter = [(one, RoleFilter) if one == "groups" else one for one in UserAdmin.list_filter]

    def holds_more(self, user, row):
        """Asked of the rows themselves, not of what the user may do now: one who is not active can be made so."""
        return row.is_superuser or beyond(user).filter(Q(user=row) | Q(group__user=row)).exists()

    def get_urls(self):
        view = self.admin_site.admin_view(self.second_factor)
        return [path("<int:pk>/second-factor/", view, name="auth_user_second_factor"), *super().get_urls()]

    def second_factor(self, request, pk):
        """The second factor of a user, from which a lost device can be taken."""
        user = get_object_or_404(User, pk=pk)
        if settings.SECOND_FACTOR == "off":
            raise Http404(gettext("No second factor is used on this site."))
        if not self.has_change_permission(request, user):
            raise PermissionDenied
        return pages.of_user(request, user)

    def get_fieldsets(self, request, obj=None):
        fieldsets = super().get_fieldsets(request, obj)
        if request.user.is_superuser:
            return fieldsets
        return [
            (name, options | {"fields": [field for field in options["fields"] if field not in FOR_SUPERUSERS]})
            for name, options in fieldsets
        ]

    def formfield_for_manytomany(self, db_field, request=None, **kwargs):
        field = super().formfield_for_manytomany(db_field, request=request, **kwargs)
        if db_field.name == "groups":
            field.queryset = field.queryset.exclude(permissions__in=beyond(request.user))
            field.help_text = format_html_join("", "<p><b>{}</b> {}</p>", ROLES_IN_WORDS.values())
            field.label_from_instance = lambda group: role_in_words(group.name)
        return field


@admin.register(Group)
class RoleGroupAdmin(WithinMixin, GroupAdmin):
    """A role, or another group."""

    list_display = ["role"]

    @admin.display(description=_("name"), ordering="name")
    def role(self, group):
        return role_in_words(group.name)

    def holds_more(self, user, row):
        return beyond(user).filter(group=row).exists()

    def formfield_for_manytomany(self, db_field, request=None, **kwargs):
        field = super().formfield_for_manytomany(db_field, request=request, **kwargs)
        field.queryset = field.queryset.exclude(pk__in=beyond(request.user).values("pk"))
        return field
