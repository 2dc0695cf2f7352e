"""Runs a measurement in a process of its own: its time and memory are its own, and nothing is warm from before."""

import json
import os
import subprocess
import sys

SQLITE = "sqlite:///"


def measure(module, *args, database=None, under=()):
    """What `python -m tests.bench.MODULE ARGS` prints as JSON, or None if it cannot run.

    `database`: DATABASE_URL; `under`: a command that sets it itself and runs the one after it.
    """
    environment = os.environ | {"DEBUG": "1", "DJANGO_SETTINGS_MODULE": "tests.bench.settings"}
    if database:
        environment["DATABASE_URL"] = database
    command = [*under, sys.executable, "-m", f"tests.bench.{module}", *map(str, args)]
    print(f"… {module} {' '.join(map(str, args))}", file=sys.stderr, flush=True)
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=False)
    lines = done.stdout.splitlines()
    return json.loads(lines[-1]) if done.returncode == 0 and lines else None
