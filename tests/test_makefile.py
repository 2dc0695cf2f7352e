"""The first minutes on another machine: what goes wrong is told in a sentence, and the next try works."""

import os
import re
import shutil
import socket
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

# Python as far as these recipes ask it; it makes a .venv whose Python is the same.
STUB = """#!/bin/sh
case "$1 $2" in
    --version*) echo "Python {version}" ;;
    "-m venv") mkdir -p "$3/bin" && {made} && cp "$0" "$3/bin/python" ;;
    "-m pip") {installed} ;;
    "manage.py serve") echo "serves $*" ;;
    "manage.py migrate") touch db.sqlite3 ;;
    manage.py*) ;;
    "-c import"*) exec {python} -c "$2 {condition}" ;;
esac
"""


@pytest.fixture
def folder(tmp_path):
    """A folder as it is after cloning, without the code."""
    folder = tmp_path / "my проєкт (1)"
    (folder / "tests").mkdir(parents=True)
    shutil.copy(Path(settings.BASE_DIR) / "Makefile", folder)
    for name in ("requirements.txt", "tests/requirements.txt"):
        (folder / name).touch()
    return folder


def python(folder, name="python3.99", version="3.99.0", made="true", installed="true"):
    path = folder.parent / name
    condition = "" if version >= "3.11" else "or sys.exit(1)"
    text = STUB.format(version=version, made=made, installed=installed, python=sys.executable, condition=condition)
    path.write_text(text if version >= "3.11" else text.replace(f"exec {sys.executable} -c", "exit 1 #"))
    path.chmod(0o755)
    return path


def make(folder, *arguments, port=None):
    """(status, what it said on stderr but for make's own last line, the last line on stdout) of `make run`."""
    port = port or free_port()
    command = ["make", "run", f"PORT={port}", *(f"{name}={value}" for name, value in arguments)]
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
    process = subprocess.run(command, cwd=folder, env=kept, capture_output=True, text=True, check=False, umask=0o022)
    said = [line for line in process.stderr.splitlines() if not line.startswith("make: ***")]
    return process.returncode, said, process.stdout.splitlines()[-1:]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def serves(folder, **options):
    port = free_port()
    status, said, last = make(folder, ("PYTHON", python(folder, **options)), port=port)
    return (status, said, last) == (0, [], [f"serves manage.py serve 127.0.0.1:{port}"])


def test_a_first_run_installs_loads_and_serves(folder):
    assert serves(folder)
    assert serves(folder)


def test_too_old_a_python_is_told_and_leaves_nothing_behind(folder):
    old = python(folder, "python3.10", version="3.10.13")

    assert make(folder, ("PYTHON", old))[:2] == (
        2,
        [f"Python 3.11 or later is needed; {old} is Python 3.10.13. Name another: PYTHON=python3.12 make run"],
    )
    assert not (folder / ".venv").exists()
    assert serves(folder)


def test_a_missing_python_is_told(folder):
    assert make(folder, ("PYTHON", "python3.98"))[:2] == (
        2,
        ["python3.98 is not here. Name a Python of 3.11 or later: PYTHON=python3.12 make run"],
    )


def test_where_no_venv_can_be_made_nothing_is_left_of_it(folder):
    lacking = python(folder, made="false")

    assert make(folder, ("PYTHON", lacking))[:2] == (
        2,
        [f"{lacking} could not make .venv. Debian and Ubuntu have what it lacks in: apt install python3-venv"],
    )
    assert not (folder / ".venv").exists()
    assert serves(folder)


@pytest.mark.parametrize("left", ["nothing", "a broken link", "no pip"])
def test_a_half_made_or_broken_venv_is_made_anew(folder, left):
    assert serves(folder)
    of_venv = folder / ".venv/bin/python"
    of_venv.unlink()
    if left == "a broken link":
        of_venv.symlink_to("/nowhere/python3")
    elif left == "no pip":
        of_venv.write_text("#!/bin/sh\nexit 1\n")
        of_venv.chmod(0o755)

    assert serves(folder)


def test_what_could_not_be_installed_is_told_and_tried_again(folder):
    offline = python(folder, installed="{ echo 'ERROR: no connection' >&2; exit 1; }")

    status, said, _ = make(folder, ("PYTHON", offline))

    assert (status, said[0]) == (2, "ERROR: no connection")
    assert said[1:] == [
        "Not all could be installed; pip says why above. Without a connection try again later: what is there stays."
    ]
    shutil.rmtree(folder / ".venv")
    assert serves(folder)


def test_a_moved_folder_serves(folder):
    assert serves(folder)
    moved = folder.rename(folder.parent / "renamed")

    assert serves(moved)


@pytest.mark.parametrize("port", ["busy", "eighty"])
def test_a_port_that_cannot_be_had_is_told_before_anything_is_loaded(folder, port):
    with socket.create_server(("127.0.0.1", 0)) as busy:
        number = busy.getsockname()[1] if port == "busy" else port
        status, said, _ = make(folder, ("PYTHON", python(folder)), port=number)

    assert (status, said) == (
        2,
        [f"Port {number} cannot be had (something else may serve there). Choose another: PORT=8001 make run"],
    )
    assert not (folder / "db.sqlite3").exists()


def test_secrets_and_the_database_are_for_their_owner_alone(folder):
    assert serves(folder)
    kept = (folder / ".venv/secret-key", folder / "db.sqlite3", folder / "db.sqlite3-wal")
    made = [stat.S_IMODE(path.stat().st_mode) for path in kept[:2]]
    kept[2].touch()
    for path in kept:
        path.chmod(0o644)  # as an earlier version left them

    assert serves(folder)
    assert (made, [stat.S_IMODE(path.stat().st_mode) for path in kept]) == ([0o600] * 2, [0o600] * 3)


def test_what_is_run_from_a_venv_does_not_lean_on_where_it_was_made(folder):
    """pip writes the path of its Python into the scripts that it installs."""
    text = (folder / "Makefile").read_text() + (Path(settings.BASE_DIR) / ".pre-commit-config.yaml").read_text()
    scripts = set(re.findall(r"(?:\$\(BIN\)|\.venv/bin)/([\w-]+)", re.sub(r"python \S+", "python", text)))

    assert scripts == {"python", "ruff", "djade", "uv"}  # the last three are no scripts but programs
