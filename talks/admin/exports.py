"""Articles as files: one as it is, several in a zip."""

import io
import zipfile

from django.contrib import admin
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _

from talks.files.exporter import article_files


@admin.action(description=_("Export as files"), permissions=["view"])
def export_articles(modeladmin, request, queryset):
    """The files of the selected articles, without their staff-only text."""
    files = list(article_files(queryset))
    if len(files) == 1:
        name, text = files[0]
        return download(text.encode(), name, "application/yaml; charset=utf-8")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files:
            archive.writestr(f"articles/{name}", text)
    return download(packed.getvalue(), "articles.zip", "application/zip")


def download(content, name, kind):
    return HttpResponse(content, kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})
