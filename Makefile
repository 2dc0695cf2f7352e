# `make run` and `make test` install what they need; nothing else is to be typed.
PORT ?= 8000
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check

# Modules and tests are compiled once, not by each process that runs them.
unexport PYTHONDONTWRITEBYTECODE

# One process of tests for each core, each taking from the others when it is done; PostgreSQL is a private one.
PYTEST := $(BIN)/python -m pytest -n auto --dist worksteal
ON_POSTGRES := $(BIN)/python tests/with_postgres.py $(PYTEST)

.PHONY: run dev test test-fast test-long test-rest test-all lint format messages pins bench clean

# As in production, but without TLS and on this machine only.
run: export SECRET_KEY = $(shell cat $(VENV)/secret-key 2>/dev/null)
run: export HTTPS = 0
run: export ALLOWED_HOSTS = localhost,127.0.0.1,[::1]
run: $(VENV)/run.stamp $(VENV)/secret-key
	$(BIN)/python manage.py migrate --verbosity 0
	$(BIN)/python manage.py collectstatic --noinput --verbosity 0
	$(BIN)/python manage.py load_articles
	$(BIN)/gunicorn talks.wsgi --bind 127.0.0.1:$(PORT) --workers 2

# For work on the code: errors in the browser, and a new start at every change.
dev: $(VENV)/run.stamp
	DEBUG=1 $(BIN)/python manage.py migrate --verbosity 0
	DEBUG=1 $(BIN)/python manage.py load_articles
	DEBUG=1 $(BIN)/python manage.py runserver 127.0.0.1:$(PORT)

# All tests on SQLite but the long ones, and those on PostgreSQL that it might answer differently.
test: $(VENV)/test.stamp
	$(PYTEST) -m "not long"
	$(ON_POSTGRES) -m "sql and not browser and not long"

# The record in fixtures/ loads, is held and exported as written, and shown on every sort of page; all pairs of writers at
# once, and many interleavings of four.
test-long: $(VENV)/test.stamp
	$(PYTEST) -m long
	$(ON_POSTGRES) -m "long and sql"

# For every few minutes of work: SQLite, no browser, no walk over all of the site.
test-fast: $(VENV)/test.stamp
	$(PYTEST) -m "not browser and not sweep and not long"

# What `make test` leaves out on PostgreSQL, but for the browser tests and the walks, which run once.
test-rest: $(VENV)/test.stamp
	$(ON_POSTGRES) -m "not sql and not browser and not sweep and not long"

# All tests on both.
test-all: $(VENV)/test.stamp
	$(PYTEST)
	$(ON_POSTGRES)

DJADE = $(BIN)/djade --target-version 5.2
TEMPLATES = $(shell find templates -name '*.html')

lint: $(VENV)/test.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(DJADE) --check $(TEMPLATES)
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

format: $(VENV)/test.stamp
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(DJADE) $(TEMPLATES)

# Collects what is to be translated into locale/, and compiles what is; needs gettext.
messages: $(VENV)/run.stamp
	DEBUG=1 $(BIN)/python manage.py makemessages --all --add-location file --no-obsolete
	DEBUG=1 $(BIN)/python manage.py compilemessages --ignore $(VENV)

# Renews the versions and hashes of all that is installed. `make pins RENEW=` keeps each that still fits the .in files.
RENEW ?= --upgrade
pins: export UV_CUSTOM_COMPILE_COMMAND = make pins
pins: PIN = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes $(RENEW)
pins: $(VENV)/bin/python
	$(INSTALL) uv
	$(PIN) requirements.in --output-file requirements.txt
	$(PIN) tests/requirements.in --output-file tests/requirements.txt

bench: $(VENV)/test.stamp
	$(BIN)/python -m tests.bench

clean:
	rm -rf $(VENV) staticfiles db.sqlite3*

$(VENV)/secret-key: $(VENV)/bin/python
	$(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(60))' > $@

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/run.stamp: $(VENV)/bin/python requirements.txt
	$(INSTALL) --require-hashes -r requirements.txt
	touch $@

$(VENV)/test.stamp: $(VENV)/run.stamp tests/requirements.txt
	$(INSTALL) --require-hashes -r tests/requirements.txt
	touch $@
