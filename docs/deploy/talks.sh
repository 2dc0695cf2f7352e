#!/bin/sh
# manage.py with the site's settings and as its user: install it as /usr/local/bin/talks, then `talks doctor`.
set -eu
set -a
. /etc/talks.env
set +a
SECRET_KEY=$(cat /etc/talks.key)
export SECRET_KEY
cd /srv/talks
exec runuser -u talks -- .venv/bin/python manage.py "$@"
