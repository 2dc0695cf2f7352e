"""The site's addresses and one more, for a view that does nothing."""

from django.http import HttpResponse
from django.urls import path

from talks import urls

handler400, handler404 = urls.handler400, urls.handler404
urlpatterns = [path("bare", lambda request: HttpResponse("ok")), *urls.urlpatterns]
