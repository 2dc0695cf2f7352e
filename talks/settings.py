"""Settings, all from the environment. A value that makes no sense is refused at start, never guessed at.

| variable | meaning | default |
| --- | --- | --- |
| DEBUG | 1: development; shows errors in the browser | 0 |
| SECRET_KEY | signs sessions and forms; at least 50 random characters | none: required when DEBUG is 0 |
| DATABASE_URL | sqlite:///path or postgres://user:password@host:port/name (of host,host the primary) | db.sqlite3 |
| DATABASE_POOL | how many connections to PostgreSQL the threads of a process share; 0: each has its own | 0 |
| PGBOUNCER | 1: DATABASE_URL (and REPLICA_URL) lead to a PgBouncer in transaction mode | 0 |
| REPLICA_URL | postgres://… of a standby, which readers are answered from | none: DATABASE_URL answers all |
| ALLOWED_HOSTS | names the site answers to, with commas between | none: required; with DEBUG, this machine |
| HTTPS | 0: served without TLS (a first look, a closed network) | 1 when DEBUG is 0 |
| HSTS_SECONDS | for how long browsers ask for the site with TLS only; 0: not at all | with HTTPS, a year |
| HSTS_SUBDOMAINS | 1: and all names below this one | 0 |
| HSTS_PRELOAD | 1: and may have that built in, where the name was handed in at hstspreload.org | 0 |
| SCRIPT_NAME | the path that the site is served under, such as /talks | none: it has a name of its own |
| EMAIL_URL | smtp://user:password@host:587 or smtps://…: forgotten passwords are reset by mail | none |
| EMAIL_FROM | the sender of these mails; must be given with EMAIL_URL | none |
| SECOND_FACTOR | required (of who may publish), offered, or off: nobody is asked | required; without HTTPS offered |
| FIXTURES | the folder of the article files, with reference/, translations/ and suggestions.json | fixtures/ |
| SNAPSHOTS | the folder of the snapshots that `manage.py snapshot` makes and /data/ lists | snapshots/ |
| SEARCH_URL | https://user:password@host:9200 of an OpenSearch 3; needs opensearch-py | none: the database searches |
| WEB_CONCURRENCY | how many processes `manage.py serve` starts: one for each core | 2 |
| TMPDIR | the folder for pages that processes share, and for figures for Prometheus | /tmp; for figures /dev/shm |
| READY_PAGES | 0: each page is made anew for each visitor, and no part of it is kept | 1 when DEBUG is 0 |
| READY_MB | memory of each process for pages that are ready, in megabytes; parts of pages take half as much more | 24 |
| SHARED_CACHE_SECONDS | for how long caches between here and readers answer without asking whether a page changed | 0 |
| DATA_LIMIT | how often a minute one visitor may ask for data and the API; 0: as often as they like | 300 |
| SEARCH_LIMIT | how often a minute one visitor may search, on whichever page; 0: as often as they like | 120 |
| CACHE_URL | redis://host:6379/0: what several machines share | none: what the processes of one share |
| BEHIND_PROXY | 1: a proxy in front sets X-Forwarded-Proto, -For and X-Request-ID, and drops a visitor's own | 0 |
| METRICS_TOKEN | whoever names it gets figures for Prometheus at /metrics; at least 20 characters | none: no figures |
| CSP_REPORTS | 0: browsers tell nothing of what the content security policy kept them from | 1 |
| LANGUAGES | of the pages, with commas between: en, then others that `locale/` has a catalogue of | en,uk |
| SITE_NAME | what the site is called; what stands before a colon is what the talks are called | see below |
| SITE_DESCRIPTION | what it holds, in a line: for the first page, search engines and previews | see below |
| SITE_MAKER | who makes it, as the page about it says | none: the page leaves it out |
| SITE_CONTACT | where errors are reported: a mail address, or one that starts with https:// | none: nowhere |

What is secret (SECRET_KEY, DATABASE_URL, REPLICA_URL, CACHE_URL, EMAIL_URL, SEARCH_URL, METRICS_TOKEN) can stand in
a file instead: SECRET_KEY_FILE and so on name it.
"""

import datetime
import logging
import os
from pathlib import Path

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from talks.environment import (
    BASE_DIR,
    env_caches,
    env_contact,
    env_databases,
    env_folder,
    env_hosts,
    env_languages,
    env_line,
    env_mail,
    env_number,
    env_path,
    env_second_factor,
    env_secret_key,
    env_switch,
    env_text,
    env_token,
    gettext_noop,
)

YEAR = 365 * 24 * 3600  # seconds

DEBUG = env_switch("DEBUG", "0")
SECRET_KEY = env_secret_key(DEBUG)
ALLOWED_HOSTS = env_hosts(DEBUG)
FORCE_SCRIPT_NAME = env_path()

## What this site is: others run it for other talks, so only these two lines name them (and their translations)

SITE_NAME = env_line("SITE_NAME", gettext_noop("Ukraine–Russia talks: the record"), 80)
SITE_DESCRIPTION = env_line(
    "SITE_DESCRIPTION",
    gettext_noop(
        "The talks between Ukraine and Russia since 2022: rounds, exchanges of prisoners and of the dead, proposals "
        "and events, each fact with the article that reports it."
    ),
    200,
)
SITE_MAKER = env_line("SITE_MAKER", "", 100)
SITE_CONTACT = env_contact()

## Applications

INSTALLED_APPS = [
    "talks",
    "talks.apps.DeskConfig",  # django.contrib.admin
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.sitemaps",
    "whitenoise.runserver_nostatic",  # before staticfiles: the same static files in development as in production
    "django.contrib.staticfiles",
    "axes",
    "csp",
    "django_htmx",
    "django_otp",
    "django_otp.plugins.otp_static",  # recovery codes
    "django_otp.plugins.otp_totp",
    "modelsearch",
    "simple_history",
    "template_partials",  # makes “page.html#part” a template
]
MIDDLEWARE = [
    # These come first, so that their headers are on every answer, also where one below refuses the request.
    "talks.middleware.HeadersMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "talks.middleware.HealthMiddleware",  # before security: health is asked for by address, and without TLS
    "talks.operations.readiness.ReadyMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",  # right after security: static files need nothing of the rest
    "talks.middleware.LogMiddleware",
    # After WhiteNoise, whose files are compressed already. Lengths give no secret away (BREACH): pages that repeat what
    # was asked hold none, and Django masks the admin's tokens anew for each page.
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "talks.middleware.LanguageMiddleware",  # before common: whether an address lacks its last slash depends on it
    "django.middleware.common.CommonMiddleware",
    "talks.middleware.QueryMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "talks.middleware.SilenceMiddleware",  # after language and CSRF: it has a page to say so, which keeps what was sent
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "talks.admin.factor.known.SecondFactorMiddleware",  # right after these: nothing else may see who is not known yet
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",  # after authentication: it notes who changed what
    "axes.middleware.AxesMiddleware",  # last: it answers in place of the login that was refused
]
if METRICS_TOKEN := env_token("METRICS_TOKEN"):
    MIDDLEWARE = [
        "django_prometheus.middleware.PrometheusBeforeMiddleware",
        "talks.operations.figures.MetricsMiddleware",
        *MIDDLEWARE,
        "django_prometheus.middleware.PrometheusAfterMiddleware",
    ]
ROOT_URLCONF = "talks.urls"
WSGI_APPLICATION = "talks.wsgi.application"
TEMPLATE_LOADERS = ["talks.lean.Loader", "django.template.loaders.app_directories.Loader"]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [
                ("template_partials.loader.Loader", [("django.template.loaders.cached.Loader", TEMPLATE_LOADERS)])
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "template_partials.templatetags.partials",
                "talks.templatetags.compared",
                "talks.templatetags.facts",
                "talks.templatetags.kinds",
                "talks.templatetags.languages",
                "talks.templatetags.links",
                "talks.templatetags.papers",
                "talks.templatetags.parts",
                "talks.templatetags.rows",
                "talks.templatetags.site",
                "talks.templatetags.sources",
                "talks.templatetags.swaps",
                "talks.templatetags.words",
            ],
        },
    }
]

## Data

DATABASES = env_databases()
DATABASE_ROUTERS = ["talks.replica.Router"] if "replica" in DATABASES else []
PGBOUNCER = env_switch("PGBOUNCER", "0")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
SIMPLE_HISTORY_HISTORY_CHANGE_REASON_USE_TEXT_FIELD = True  # a reason may be a sentence
FIXTURES = env_folder("FIXTURES", BASE_DIR / "fixtures")  # what load_articles reads when it is given no path
SUGGESTIONS = FIXTURES / "suggestions.json"  # by which words articles there name its parties and issues
SNAPSHOTS = Path(os.environ.get("SNAPSHOTS") or BASE_DIR / "snapshots")  # of the whole record, for /data/

## What is kept between requests

CACHE_URL = env_text("CACHE_URL")
CACHES = env_caches(CACHE_URL)
READY_PAGES = env_switch("READY_PAGES", "0" if DEBUG else "1")
READY_BYTES = env_number("READY_MB", "24", 4096) * 2**20
SHARED_CACHE_SECONDS = env_number("SHARED_CACHE_SECONDS", "0", 24 * 3600)
DATA_LIMIT = env_number("DATA_LIMIT", "300", 1_000_000)
SEARCH_LIMIT = env_number("SEARCH_LIMIT", "120", 1_000_000)

## Search

# Words are stemmed before they get there (talks/derived/stems.py), so PostgreSQL is told to leave them as they are.
MODELSEARCH_BACKENDS = {"default": {"BACKEND": "modelsearch.backends.database", "SEARCH_CONFIG": "simple"}}
if SEARCH_URL := env_text("SEARCH_URL"):
    MODELSEARCH_BACKENDS["default"] = {"BACKEND": "modelsearch.backends.opensearch3", "URLS": [SEARCH_URL]}
if DATABASES["default"]["ENGINE"].endswith("postgresql"):
    INSTALLED_APPS.append("django.contrib.postgres")

## Language and time

LANGUAGE_CODE = "en"  # at addresses without a prefix; the others have theirs, such as /uk/
LANGUAGES = env_languages()
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = "talks.formats"  # the day before the month in English, too
TIME_ZONE = "UTC"
USE_TZ = True

## Static files

STATIC_URL = f"{FORCE_SCRIPT_NAME or ''}/static/"
WHITENOISE_STATIC_PREFIX = "/static/"  # below the path that the site is served under
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        # Names with a hash need `collectstatic` first, which development goes without.
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage" if DEBUG else "talks.lean.Storage"
    },
}
WHITENOISE_USE_FINDERS = DEBUG

## Security

HTTPS = env_switch("HTTPS", "0" if DEBUG else "1")
SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_HSTS_SECONDS = env_number("HSTS_SECONDS", str(YEAR if HTTPS else 0), 2 * YEAR)
SECURE_HSTS_INCLUDE_SUBDOMAINS = env_switch("HSTS_SUBDOMAINS", "0")
SECURE_HSTS_PRELOAD = env_switch("HSTS_PRELOAD", "0")
if (SECURE_HSTS_INCLUDE_SUBDOMAINS and not HTTPS) or (SECURE_HSTS_PRELOAD and not SECURE_HSTS_INCLUDE_SUBDOMAINS):
    raise ImproperlyConfigured("HSTS_SUBDOMAINS=1 needs HTTPS=1, and HSTS_PRELOAD=1 needs HSTS_SUBDOMAINS=1")
if SECURE_HSTS_SECONDS and not HTTPS:
    raise ImproperlyConfigured("HSTS_SECONDS needs HTTPS=1")
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]  # these two bind other names, so whoever owns them decides
BEHIND_PROXY = env_switch("BEHIND_PROXY", "0")
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
CSRF_FAILURE_VIEW = "talks.site.refused"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],  # data: the small drawings in the admin's and our style sheets
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
if env_switch("CSP_REPORTS", "1"):
    CONTENT_SECURITY_POLICY["DIRECTIVES"]["report-uri"] = f"{FORCE_SCRIPT_NAME or ''}/csp-report"
LOGIN_REDIRECT_URL = "admin:index"  # after a login that came from elsewhere
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000  # a proposal's page in the admin: 54 provisions make 950, near the usual 1,000
DATA_UPLOAD_MAX_NUMBER_FILES = 3_000  # more than an import takes (talks/files/uploads.py), so that its form says so
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]

## Login

LOGIN_URL, LOGIN_REDIRECT_URL = "admin:login", "admin:index"
MAIL = env_mail()  # with it, a forgotten password is reset by mail
globals().update(MAIL)
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "talks.admin.factor.known.DeviceBackend"]
SECOND_FACTOR = env_second_factor("required" if HTTPS else "offered")
OTP_TOTP_ISSUER = SITE_NAME.partition(":")[0].strip()  # what apps and keys call the site; a colon would end it
OTP_TOTP_THROTTLE_FACTOR = OTP_STATIC_THROTTLE_FACTOR = 0  # failures are counted below, with those of passwords
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "code", "answer"]  # of what was typed, kept as stars
AXES_FAILURE_LIMIT = 10  # for one account, or from one address, until an hour has passed since the last
AXES_COOLOFF_TIME = datetime.timedelta(hours=1)
AXES_LOCKOUT_PARAMETERS = ["username", "ip_address"]
AXES_HANDLER = "talks.admin.failures.Failures"
AXES_CLIENT_IP_CALLABLE = "talks.admin.login.address_of"
AXES_LOCKOUT_CALLABLE = "talks.admin.login.refused"
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # or who guesses on would keep the account shut
AXES_ENABLE_ADMIN = AXES_VERBOSE = False
AXES_DISABLE_ACCESS_LOG = True  # of logins that went well nothing is kept but the user's last

## Logging

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"fields": {"()": "talks.logs.formatter", "readable": DEBUG}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "fields"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "axes": {"level": "ERROR"},  # talks.admin.login logs each failure, in one line
        "django.request": {"level": "CRITICAL"},  # talks.middleware.LogMiddleware has a line for each request
        "django_structlog": {"level": "WARNING" if DEBUG else "INFO"},
        "_granian": {"handlers": ["console"], "propagate": False},
    },
}
DJANGO_STRUCTLOG_STATUS_4XX_LOG_LEVEL = logging.INFO  # what is not there, or not allowed, is no trouble of the site's
DJANGO_STRUCTLOG_STATUS_START_LOG_LEVEL = logging.DEBUG
DJANGO_STRUCTLOG_USER_ID_FIELD = ""  # who changed what is in the history; who reads what, nowhere
