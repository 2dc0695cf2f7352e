"""An hour of what a day brings, and whether the server's memory stays flat: python -m tests.soak --minutes 60

Readers, filters that nobody asked for before, an editor's saves, and loads of article files, a few a second. First as
many pages as it takes to fill what is kept, as quickly as they come; then it prints the memory of the server each
minute, and in the end how much it grew an hour.
"""

import argparse
import itertools
import os
import random
import shutil
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import linear_regression

import django
import yaml

PATHS = (
    "/",
    "/rounds/",
    "/swaps/",
    "/proposals/",
    "/events/",
    "/people/",
    "/articles/",
    "/compare/positions/",
    "/changes/",
)
FLAT = 10  # megabytes an hour of all processes together, which are no growth
RIGHT = 200, 304
FILLING, AT_ONCE = 12_000, 8  # pages after which all that is kept is full; visitors who ask


def memory(server):
    """Megabytes that the server's processes hold, each page that they share counted once for all.

    Without pages of files, such as libraries: they count for more as soon as other programs that share them end.
    """
    from tests.serving import workers

    pids = [server.pid, *workers(server)]
    rollups = (Path(f"/proc/{pid}/smaps_rollup").read_text() for pid in pids)
    held = (line for text in rollups for line in text.splitlines() if line.startswith("Pss_Anon:"))
    return sum(int(line.split()[1]) for line in held) / 1024


def reader(site, chance):
    """Asks for a page as it is, or by a filter of which there are many."""
    path = chance.choice(PATHS)
    if chance.random() < 0.5:
        path += f"?as_of={chance.randint(2022, 2026)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"
    elif chance.random() < 0.3:
        path += f"?q={chance.choice(('opera', 'talks', 'prisoners', 'borders'))}{chance.randint(1, 999)}"
    return site.get(path)[0]


def load(folder, address, number):
    """Add an article, by a publisher of the record, that reports a new round and what others reported, too."""
    from django.conf import settings

    from tests.article_files import entry, event
    from tests.machines import manage

    day = f"2021-05-{number % 28 + 1:02}"
    told = {"rounds": [entry(f"soak-{number}", start=day)], "events": [event(f"soaked-{number % 5}", start=day)]}
    publisher = yaml.safe_load((settings.BASE_DIR / "fixtures/reference/publishers.yaml").read_text())[0]["slug"]
    folder.article(f"soak-{number}", "2021-05-30", article={"publisher": publisher}, **told)
    manage(address, "load_articles", str(folder.path / "articles"))


def main(minutes, rate, database):
    from django.conf import settings

    from tests.article_files import Folder
    from tests.machines import OWN, SIGNED_IN, manage
    from tests.serving import serving, until
    from tests.test_faults import Site

    chance, pause = random.Random(1), 1 / rate
    with tempfile.TemporaryDirectory(prefix="talks-soak-") as name:
        home = Path(name)
        address = f"sqlite:///{home}/db"
        if database:
            shutil.copy(database, home / "db")
        manage(address, "migrate", "-v0")
        manage(address, "load_articles", str(settings.BASE_DIR / "fixtures"))
        folder = Folder(home / "files")
        session = manage(address, "shell", "-v0", "-c", SIGNED_IN).strip()
        with serving(home, **OWN | {"DATABASE_URL": address, "WEB_CONCURRENCY": "2", "SEARCH_LIMIT": "0"}) as (
            server,
            port,
        ):
            site = Site(port, session)
            assert until(site.is_up)
            wrong = fill(site, chance)
            return soak(server, site, folder, address, chance, minutes, pause, wrong)


def fill(site, chance):
    """Ask for pages from several sides, without a pause; gives the answers that were wrong."""
    with ThreadPoolExecutor(AT_ONCE) as visitors:
        answers = visitors.map(lambda _: reader(site, chance), range(FILLING))
    print(f"{FILLING:,} pages to begin with", flush=True)
    return [status for status in answers if status not in RIGHT]


def soak(server, site, folder, address, chance, minutes, pause, wrong):
    begun, measured, saved = time.monotonic(), [], 0
    for number in itertools.count():
        passed = (time.monotonic() - begun) / 60
        if passed >= len(measured):
            measured.append(memory(server))
            told = f"{measured[-1]:.1f} MB; {number:,} pages, {saved:,} edits, {len(measured) - 1:,} loads"
            print(f"minute {len(measured) - 1}: {told}", flush=True)
            load(folder, address, len(measured))
        if passed >= minutes:
            break
        status = reader(site, chance)
        wrong += [status] if status not in RIGHT else []
        if number % 20 == 0:
            answer = site.save(f"The Gazette {number}")
            saved += answer.status_code == 302
            wrong += [answer.status_code] if answer.status_code != 302 else []
        time.sleep(pause)
    return verdict(measured, wrong)


def verdict(measured, wrong):
    """Says how much memory grew, and what else went wrong; the exit status."""
    slope = linear_regression(range(len(measured)), measured).slope * 60 if len(measured) > 1 else 0
    print(f"{len(measured) - 1} minutes: {slope:+.1f} MB an hour ({measured[0]:.1f} to {measured[-1]:.1f} MB)")
    print(f"answers that were neither 200 nor 302: {sorted(wrong) or 'none'}")
    flat = slope <= FLAT and not wrong
    print("Memory is flat." if flat else "Not as it should be.")
    return 0 if flat else 1


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=int, default=60)
    parser.add_argument("--rate", type=float, default=5, help="pages a second, at most")
    parser.add_argument("--database", help="a SQLite file to begin with a copy of, so that it takes less to begin")
    told = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    sys.exit(main(told.minutes, told.rate, told.database))
