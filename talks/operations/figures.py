"""Figures for Prometheus at /metrics, where METRICS_TOKEN is set; else nothing imports this.

Those of requests are the library's, counted by all processes of the machine together. The site adds how pages for
readers came about, the state of the record, what waits to be done, and which parts answer.
"""

from collections.abc import Callable, Iterator

from django.conf import settings
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.utils.cache import add_never_cache_headers
from django.utils.crypto import constant_time_compare
from django_prometheus.exports import ExportToDjangoView
from prometheus_client import CollectorRegistry, Counter, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from talks.models import Job, Revision
from talks.operations.readiness import faults, parts

PAGES = Counter("talks_pages", "Pages for readers, kept or made; “away”: kept, while the database is away.", ["how"])


def count_page(how: str) -> None:
    """Count a page for readers that was given; `how`: “kept”, “made” or “away”."""
    PAGES.labels(how).inc()


class MetricsMiddleware:
    """Answers /metrics to whoever names the token, by whatever name the site is asked; to others, nothing is there."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self._own = CollectorRegistry(auto_describe=False)
        self._own.register(Present())

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info != "/metrics":
            return self.get_response(request)
        if not constant_time_compare(request.headers.get("Authorization", ""), f"Bearer {settings.METRICS_TOKEN}"):
            return HttpResponse("There is nothing here.\n", content_type="text/plain", status=404)
        response = ExportToDjangoView(request)
        response.content += generate_latest(self._own)
        add_never_cache_headers(response)
        return response


class Present(Collector):
    """What is so now, asked for each time."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        answers = GaugeMetricFamily("talks_part_ready", "1 for a part of the site that answers.", labels=["part"])
        wrong = faults(parts())
        for name, fault in wrong.items():
            answers.add_metric([name], not fault)
        yield answers
        if not wrong["database"]:
            yield from self._of_record()

    def _of_record(self) -> Iterator[GaugeMetricFamily]:
        number = Revision.objects.values_list("number", flat=True).first()
        yield GaugeMetricFamily("talks_record_revision", "How often the record has changed.", value=number or 0)
        found = dict(Job.objects.filter(state__in=Job.UNDER_WAY).values_list("state").annotate(Count("pk")))
        jobs = GaugeMetricFamily("talks_jobs", "What imports wait for, and what is being done.", labels=["state"])
        for state in Job.UNDER_WAY:
            jobs.add_metric([str(state.value)], found.get(state, 0))
        yield jobs
