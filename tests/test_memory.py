"""What a process does not hold that only serves pages, since each of them would hold it."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

from tests.database import database

ROOT = Path(__file__).resolve().parents[1]
FOR_FEW = "PIL", "cryptography", "fido2", "icalendar", "mcp", "openpyxl", "segno"
ASK = """
import json, sys
from talks.wsgi import application
from django.test import Client
from talks.files.schema import ArticleFile
status = Client(HTTP_HOST="localhost").get("/").status_code
print(json.dumps([status, list(sys.modules), ArticleFile.__pydantic_complete__]))
"""


@pytest.mark.usefixtures("django_db_setup")
def test_a_server_that_has_answered_a_page_has_not_imported_what_few_processes_need(tmp_path, request):
    if connection.vendor != "sqlite":
        pytest.skip("What is imported is the same on every database.")
    shutil.copy(database(request.config.cache.mkdir("database")).file, tmp_path / "empty.sqlite3")
    environment = os.environ | {
        "DEBUG": "1",
        "DJANGO_SETTINGS_MODULE": "talks.settings",
        "DATABASE_URL": f"sqlite:///{tmp_path / 'empty.sqlite3'}",
    }

    asked = subprocess.run(
        [sys.executable, "-c", ASK], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )

    status, modules, is_built = json.loads(asked.stdout)
    assert (status, sorted({*FOR_FEW} & {*modules}), is_built) == (200, [], False)
