"""The site's addresses and one more, for a view that does nothing."""

from django.http import HttpResponse
from django.urls import include, path

urlpatterns = [path("bare", lambda request: HttpResponse("ok")), path("", include("talks.urls"))]
