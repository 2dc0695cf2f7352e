from talks.models import Entry, Round
from tests.factories import reported


def test_record_loads(record):
    assert Entry.objects.count() == 109


def test_factory(db):
    reported("round", "freedonia-city-2031-05-02", start="2031-05-02", city="Freedonia City")
    assert Round.objects.get().city == "Freedonia City"
