# `make run` and `make test` install what they need; nothing else is to be typed.
PORT ?= 8000
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check
OLDEST := import sys; sys.exit(sys.version_info < (3, 11))

# What a first try left behind when it was cut short, or when its Python is too old or gone, is made anew.
ifneq ($(shell test -e $(VENV) && ! $(BIN)/python -c 'import pip; $(OLDEST)' 2>/dev/null && echo broken),)
.PHONY: $(BIN)/python
endif

# What a recipe says instead of what a program would: $(call or-say,sentence)
or-say = || { echo "$(1)" >&2; exit 1; }

# Modules and tests are compiled once, not by each process that runs them.
unexport PYTHONDONTWRITEBYTECODE

# One process of tests for each core, each taking from the others when it is done; PostgreSQL is a private one.
PYTEST := $(BIN)/python -m pytest -n auto --dist worksteal
ON_POSTGRES := $(BIN)/python tests/with_postgres.py $(PYTEST)
# Their files alone, as each process reads all that it is given before it chooses by marks.
BROWSER_FILES = $(shell grep -l 'mark\.browser' tests/test_*.py)

.PHONY: run dev test test-fast test-long test-rest test-all lint format messages pins audit bench clean

# As in production, but without TLS and on this machine only.
run: export SECRET_KEY = $(shell cat $(VENV)/secret-key 2>/dev/null)
run: export HTTPS = 0
run: export ALLOWED_HOSTS = localhost,127.0.0.1,[::1]
run: $(VENV)/run.stamp $(VENV)/secret-key
	@$(PORT_IS_FREE)
	@$(FOR_THEIR_OWNER)
	umask 077; $(BIN)/python manage.py migrate --verbosity 0
	$(BIN)/python manage.py collectstatic --noinput --verbosity 0
	$(BIN)/python manage.py load_articles
	$(BIN)/python manage.py serve 127.0.0.1:$(PORT)

PORT_IS_FREE = $(BIN)/python -c 'import socket; socket.create_server(("127.0.0.1", int("$(PORT)")))' 2>/dev/null \
	$(call or-say,Port $(PORT) cannot be had (something else may serve there). Choose another: PORT=8001 make $@)

# Key and database of a version that left them readable for all; a file system without such rights is no reason to stop.
FOR_THEIR_OWNER = find . -maxdepth 2 \( -path './db.sqlite3*' -o -path ./$(VENV)/secret-key \) -exec chmod go= {} + || true

# For work on the code: errors in the browser, and a new start at every change.
dev: $(VENV)/run.stamp
	@$(PORT_IS_FREE)
	@$(FOR_THEIR_OWNER)
	umask 077; DEBUG=1 $(BIN)/python manage.py migrate --verbosity 0
	DEBUG=1 $(BIN)/python manage.py load_articles
	DEBUG=1 $(BIN)/python manage.py runserver 127.0.0.1:$(PORT)

# All tests on SQLite but the long ones, and those on PostgreSQL that it might answer differently.
# Those in a browser run by themselves: Playwright leaves an event loop running in their process, where no other can start.
test: $(VENV)/test.stamp
	$(PYTEST) -m "not browser and not long"
	$(PYTEST) -m "browser and not long" $(BROWSER_FILES)
	$(ON_POSTGRES) -m "sql and not browser and not long"

# The record in fixtures/ loads, is held and exported as written, and shown on every sort of page; random records keep what
# holds of all; variants of pages, and pages without scripts, in a browser; all pairs of writers at once, and many
# interleavings of four.
test-long: $(VENV)/test.stamp
	$(PYTEST) -m "long and not browser"
	$(PYTEST) -m "long and browser" $(BROWSER_FILES)

# For every few minutes of work: SQLite, no browser, no walk over all of the site.
test-fast: $(VENV)/test.stamp
	$(PYTEST) -m "not browser and not sweep and not long"

# What `make test` leaves out on PostgreSQL, but for the browser tests and the walks, which run once.
test-rest: $(VENV)/test.stamp
	$(ON_POSTGRES) -m "(sql and long or not sql and not long) and not browser and not sweep"

# All tests on both.
test-all: $(VENV)/test.stamp
	$(PYTEST) -m "not browser"
	$(PYTEST) -m browser $(BROWSER_FILES)
	$(ON_POSTGRES) -m "not browser"
	$(ON_POSTGRES) -m browser $(BROWSER_FILES)

DJADE = $(BIN)/djade --target-version 5.2
TEMPLATES = $(shell find templates -name '*.html')

lint: $(VENV)/test.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(DJADE) --check $(TEMPLATES)
	$(BIN)/python -m mypy
	$(BIN)/python $(BIN)/lint-imports --no-logo

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
pins: $(BIN)/python
	$(INSTALL) uv
	$(PIN) requirements.in --output-file requirements.txt
	$(PIN) tests/requirements.in --output-file tests/requirements.txt

# Whether what is pinned has known holes; says so where the advisories cannot be asked.
audit: $(BIN)/python
	$(INSTALL) pip-audit
	$(BIN)/python -m tests.audit

bench: $(VENV)/test.stamp
	$(BIN)/python -m tests.bench

clean:
	rm -rf $(VENV) staticfiles db.sqlite3*

# Secrets and what the database holds are for the eyes of their owner alone.
$(VENV)/secret-key: | $(BIN)/python
	umask 077; $(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(60))' > $@.part && mv $@.part $@

$(BIN)/python:
	@command -v $(PYTHON) >/dev/null $(call or-say,$(PYTHON) is not here. Name a Python of 3.11 or later: PYTHON=python3.12 make run)
	@$(PYTHON) -c '$(OLDEST)' $(call or-say,Python 3.11 or later is needed; $(PYTHON) is $$($(PYTHON) --version 2>&1). \
		Name another: PYTHON=python3.12 make run)
	rm -rf $(VENV)
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); false; } \
		$(call or-say,$(PYTHON) could not make $(VENV). Debian and Ubuntu have what it lacks in: apt install python3-venv)

NOT_INSTALLED = Not all could be installed; pip says why above. Without a connection try again later: what is there stays.

$(VENV)/run.stamp: $(BIN)/python requirements.txt
	@echo Installing what the site needs…
	@$(INSTALL) --require-hashes -r requirements.txt $(call or-say,$(NOT_INSTALLED))
	@touch $@

$(VENV)/test.stamp: $(VENV)/run.stamp tests/requirements.txt
	@echo Installing what the tests need…
	@$(INSTALL) --require-hashes -r tests/requirements.txt $(call or-say,$(NOT_INSTALLED))
	@touch $@
