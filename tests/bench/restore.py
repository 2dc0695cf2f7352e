"""How long a backup of the real record takes, and to put it back, on either database."""

import json
import sys
import tempfile
import time
from pathlib import Path


def run_here():
    """Load fixtures/ into the database of the environment, which must be empty, back it up and put it back."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from talks.models import Article
    from talks.operations.backup import back_up, restore
    from tests.bench.timeline import version

    call_command("migrate", verbosity=0)
    call_command("load_articles", stdout=sys.stderr)
    articles = Article.objects.count()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "backup")
        begun = time.perf_counter()
        contents = back_up(file)
        made = time.perf_counter()
        restore(file)
        restored = time.perf_counter()
        size = file.stat().st_size
    if Article.objects.count() != articles:
        raise RuntimeError("What was put back is not what was there")
    return {
        "database": f"{connection.display_name} {version(connection)}",
        "articles": articles,
        "rows": contents.rows,
        "megabytes": size / 2**20,
        "back_up": made - begun,
        "restore": restored - made,
    }


if __name__ == "__main__":
    print(json.dumps(run_here()))
