"""Settings, all from the environment. A value that makes no sense is refused at start, never guessed at.

| variable | meaning | default |
| --- | --- | --- |
| DEBUG | 1: development; shows errors in the browser | 0 |
| SECRET_KEY | signs sessions and forms; at least 50 random characters | none: required when DEBUG is 0 |
| DATABASE_URL | sqlite:///path or postgres://user:password@host:port/name | db.sqlite3 beside manage.py |
| ALLOWED_HOSTS | names the site answers to, with commas between | none; with DEBUG, this machine |
| HTTPS | 0: served without TLS (a first look, a closed network) | 1 when DEBUG is 0 |
| EMAIL_URL | smtp://user:password@host:587 or smtps://…: forgotten passwords are reset by mail | none |
| EMAIL_FROM | the sender of these mails; must be given with EMAIL_URL | none |
| SEARCH_URL | https://user:password@host:9200 of an OpenSearch 3; needs opensearch-py | none: the database searches |
| BEHIND_PROXY | 1: a proxy in front sets X-Forwarded-Proto and X-Forwarded-For, and drops a visitor's own | 0 |
"""

import datetime
import os
from pathlib import Path
from urllib.parse import unquote, urlsplit

import dj_database_url
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

SWITCH = {"0": False, "1": True}


def env_switch(name, default):
    """True or False for NAME=1 or NAME=0 in the environment; anything else is an error."""
    value = os.environ.get(name, default)
    if value not in SWITCH:
        raise ImproperlyConfigured(f"{name} is {value!r}; write 0 or 1")
    return SWITCH[value]


def env_secret_key(debug):
    """SECRET_KEY from the environment; without it a fixed one while debugging, an error otherwise."""
    key = os.environ.get("SECRET_KEY", "")
    if not key and debug:
        return "for development only, on this machine only, and never in front of a visitor"
    if not key:
        raise ImproperlyConfigured("SECRET_KEY is not set; set it to 50 or more random characters, or DEBUG=1")
    return key


def env_database(default):
    """The connection that DATABASE_URL describes, with what each engine needs to be safe under load."""
    try:
        database = dj_database_url.config(default=f"sqlite:///{default}")
    except ValueError as error:
        raise ImproperlyConfigured(f"DATABASE_URL cannot be read: {error}") from error
    if database["ENGINE"].endswith("sqlite3"):
        # Readers do not wait for the writer (WAL), and a writer takes its turn at once instead of failing half-way.
        database["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-65536;",
        }
    else:
        database.update(CONN_MAX_AGE=600, CONN_HEALTH_CHECKS=True)
    return database


def env_mail():
    """{setting: value} of the server that EMAIL_URL describes; nothing if no mail is sent."""
    if not (text := os.environ.get("EMAIL_URL", "")):
        return {}
    sender = os.environ.get("EMAIL_FROM", "")
    try:
        url = urlsplit(text)
        readable = url.scheme in ("smtp", "smtps") and url.hostname and url.port != 0
    except ValueError:  # of the port
        readable = False
    if not readable:  # told without the address itself, which has a password
        raise ImproperlyConfigured("EMAIL_URL cannot be read; write smtp://user:password@host:587 or smtps://…")
    if "@" not in sender:
        raise ImproperlyConfigured(f"EMAIL_FROM is {sender!r}; write the address that mails come from")
    secure = url.scheme == "smtps"
    return {
        "EMAIL_HOST": url.hostname,
        "EMAIL_PORT": url.port or (465 if secure else 587),
        "EMAIL_HOST_USER": unquote(url.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(url.password or ""),
        "EMAIL_USE_SSL": secure,
        "EMAIL_USE_TLS": not secure,
        "EMAIL_TIMEOUT": 10,
        "DEFAULT_FROM_EMAIL": sender,
    }


BASE_DIR = Path(__file__).resolve().parent.parent
DEBUG = env_switch("DEBUG", "0")
SECRET_KEY = env_secret_key(DEBUG)
ALLOWED_HOSTS = [host for host in os.environ.get("ALLOWED_HOSTS", "").split(",") if host]
if DEBUG and not ALLOWED_HOSTS:
    ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]

## Applications

INSTALLED_APPS = [
    "talks",
    "talks.apps.DeskConfig",  # django.contrib.admin
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "whitenoise.runserver_nostatic",  # before staticfiles: the same static files in development as in production
    "django.contrib.staticfiles",
    "axes",
    "csp",
    "django_htmx",
    "modelsearch",
    "simple_history",
    "template_partials",  # makes “page.html#part” a template
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",  # right after security: static files need nothing of the rest
    # After WhiteNoise, whose files are compressed already. Lengths give no secret away (BREACH): pages that repeat what
    # was asked hold none, and Django masks the admin's tokens anew for each page.
    "django.middleware.gzip.GZipMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "talks.middleware.LanguageMiddleware",  # before common: whether an address lacks its last slash depends on it
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",  # after authentication: it notes who changed what
    "axes.middleware.AxesMiddleware",  # last: it answers in place of the login that was refused
]
ROOT_URLCONF = "talks.urls"
WSGI_APPLICATION = "talks.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "template_partials.templatetags.partials",
                "talks.templatetags.kinds",
                "talks.templatetags.languages",
                "talks.templatetags.links",
                "talks.templatetags.rows",
                "talks.templatetags.sources",
                "talks.templatetags.words",
            ],
        },
    }
]

## Data

DATABASES = {"default": env_database(BASE_DIR / "db.sqlite3")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
SIMPLE_HISTORY_HISTORY_CHANGE_REASON_USE_TEXT_FIELD = True  # a reason may be a sentence
FIXTURES = BASE_DIR / "fixtures"  # what load_articles reads when it is given no path

## Search

# Words are stemmed before they get there (talks/derived/stems.py), so PostgreSQL is told to leave them as they are.
MODELSEARCH_BACKENDS = {"default": {"BACKEND": "modelsearch.backends.database", "SEARCH_CONFIG": "simple"}}
if SEARCH_URL := os.environ.get("SEARCH_URL"):
    MODELSEARCH_BACKENDS["default"] = {"BACKEND": "modelsearch.backends.opensearch3", "URLS": [SEARCH_URL]}
if DATABASES["default"]["ENGINE"].endswith("postgresql"):
    INSTALLED_APPS.append("django.contrib.postgres")

## Language and time

LANGUAGE_CODE = "en"  # at addresses without a prefix; the others have theirs, such as /uk/
LANGUAGES = [("en", "English"), ("uk", "Українська")]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = "talks.formats"  # the day before the month in English, too
TIME_ZONE = "UTC"
USE_TZ = True

## Static files

STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        # Names with a hash need `collectstatic` first, which development goes without.
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = DEBUG

## Security

HTTPS = env_switch("HTTPS", "0" if DEBUG else "1")
SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]  # asked from inside, without TLS
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
BEHIND_PROXY = env_switch("BEHIND_PROXY", "0")
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
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
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AXES_FAILURE_LIMIT = 10  # for one account, or from one address, until an hour has passed since the last
AXES_COOLOFF_TIME = datetime.timedelta(hours=1)
AXES_LOCKOUT_PARAMETERS = ["username", "ip_address"]
AXES_CLIENT_IP_CALLABLE = "talks.admin.login.address_of"
AXES_LOCKOUT_CALLABLE = "talks.admin.login.refused"
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # or who guesses on would keep the account shut
AXES_ENABLE_ADMIN = AXES_VERBOSE = False
AXES_DISABLE_ACCESS_LOG = True  # of logins that went well nothing is kept but the user's last

## Logging

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"axes": {"level": "ERROR"}},  # talks.admin.login logs each failure, in one line
}
