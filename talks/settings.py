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
| SEARCH_URL | https://user:password@host:9200 of an OpenSearch 3; needs opensearch-py | none: the database searches |
| READY_PAGES | 0: each page is made anew for each visitor, and no part of it is kept | 1 when DEBUG is 0 |
| READY_MB | memory of each process for pages that are ready, in megabytes; parts of pages take a quarter more | 24 |
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
import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

import dj_database_url
from csp.constants import NONE, SELF
from django.conf.locale import LANG_INFO
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.validators import URLValidator, validate_email

YEAR = 365 * 24 * 3600  # seconds
POOL_PATIENCE = 5  # seconds that a request waits for a connection of the pool
FACTOR = ("required", "offered", "off")
SWITCH = {"0": False, "1": True}
HOST = re.compile(r"\.?[a-z0-9-]+(\.[a-z0-9-]+)*|\[[0-9a-f.]*:[0-9a-f.:]+\]", re.IGNORECASE)  # as requests have it


def env_text(name):
    """The text of NAME in the environment, or of the file that NAME_FILE names, as secrets are often given; else ""."""
    text, file = os.environ.get(name, ""), os.environ.get(f"{name}_FILE")
    if not file:
        return text
    if text:
        raise ImproperlyConfigured(f"{name} and {name}_FILE are both set; leave one out")
    try:
        return Path(file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ImproperlyConfigured(f"{name}_FILE cannot be read: {error}") from error


def env_switch(name, default):
    """True or False for NAME=1 or NAME=0 in the environment; anything else is an error."""
    value = os.environ.get(name, default)
    if value not in SWITCH:
        raise ImproperlyConfigured(f"{name} is {value!r}; write 0 or 1")
    return SWITCH[value]


def env_number(name, default, most):
    """A whole number from the environment, at most so large."""
    text = os.environ.get(name) or default
    if not (text.isascii() and text.isdigit() and int(text) <= most):
        raise ImproperlyConfigured(f"{name} is {text!r}; write a whole number from 0 to {most}")
    return int(text)


def env_caches(url):
    """What is kept between requests: in a cache that all machines share, or in each process."""
    if not url:
        return {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    if urlsplit(url).scheme not in ("redis", "rediss"):
        raise ImproperlyConfigured("CACHE_URL names no cache that fits; write redis://user:password@host:6379/0")
    # A cache that does not answer at once is slower than to make the page.
    patience = {"socket_connect_timeout": 1, "socket_timeout": 1}
    return {
        "default": {
            "BACKEND": "talks.caching.Cache",
            "LOCATION": url,
            "KEY_PREFIX": "talks",
            "OPTIONS": patience,
        }
    }


def env_second_factor(default):
    """SECOND_FACTOR from the environment, one of three words."""
    value = os.environ.get("SECOND_FACTOR") or default
    if value not in FACTOR:
        raise ImproperlyConfigured(f"SECOND_FACTOR is {value!r}; write one of {', '.join(FACTOR)}")
    return value


def env_folder(name, default):
    """The folder that the environment names."""
    folder = Path(os.environ.get(name) or default)
    if not folder.is_dir():
        raise ImproperlyConfigured(f"{name} is {str(folder)!r}, which is no folder; write the path of one")
    return folder


def env_secret_key(debug):
    """SECRET_KEY from the environment; without it a fixed one while debugging, an error otherwise."""
    key = env_text("SECRET_KEY")
    if not key and debug:
        return "for development only, on this machine only, and never in front of a visitor"
    if not key:
        raise ImproperlyConfigured("SECRET_KEY is not set; set it to 50 or more random characters, or DEBUG=1")
    if not debug and (len(key) < 50 or len(set(key)) < 5):
        command = 'python -c "import secrets; print(secrets.token_urlsafe(60))"'
        raise ImproperlyConfigured(f"SECRET_KEY can be guessed; set it to 50 or more random characters: {command}")
    return key


def env_token(name):
    """A secret from the environment that whoever asks must name; "" if there is none."""
    token = env_text(name)
    if token and not re.fullmatch(r"[\x21-\x7e]{20,}", token):
        raise ImproperlyConfigured(f"{name} can be guessed or sent by nobody; write 20 or more letters and digits")
    return token


def env_hosts(debug):
    """ALLOWED_HOSTS from the environment, each a name that a request can have; with DEBUG, by default this machine."""
    hosts = [host.strip() for host in os.environ.get("ALLOWED_HOSTS", "").split(",") if host.strip()]
    for host in hosts:
        if not HOST.fullmatch(host):
            raise ImproperlyConfigured(
                f"ALLOWED_HOSTS has {host!r}, which is no name that requests come with; write a name or address "
                "alone, without scheme, port and path: timeline.example, .example for all below it, 10.1.2.3 or [::1]"
            )
    if not hosts and not debug:
        raise ImproperlyConfigured("ALLOWED_HOSTS is empty; name what the site answers to, such as timeline.example")
    return hosts or ["localhost", "127.0.0.1", "[::1]"]


def env_path():
    """SCRIPT_NAME from the environment: the path that the site is served under; None for a name of its own."""
    path = os.environ.get("SCRIPT_NAME") or None
    if path and not re.fullmatch(r"(/[\w.~-]+)+", path):
        raise ImproperlyConfigured(f"SCRIPT_NAME is {path!r}; write a path with a slash before it, such as /talks")
    return path


def several_hosts(url):
    """(the address with the first of its hosts, {setting: value} for all of them), if it names several with commas."""
    scheme, hosts, rest = re.fullmatch(r"(\w+://(?:[^/@]*@)?)?([^/?]*)(.*)", url, re.DOTALL).groups()
    if not scheme or "," not in hosts:
        return url, {}
    pairs = [re.fullmatch(r"\[?(.+?)\]?(?::(\d+))?", host) for host in hosts.split(",")]
    if not all(pairs):
        raise ValueError("a host has no name")
    told = {"HOST": ",".join(pair[1] for pair in pairs), "PORT": ",".join(pair[2] or "5432" for pair in pairs)}
    return scheme + hosts.partition(",")[0] + rest, told


def database_of(url, pool=0, pgbouncer=False):
    """The connection that such a DATABASE_URL describes, with what each engine needs to be safe under load.

    Of several hosts it is to the one that can be written to, so that a standby takes over when it is promoted.
    `pool`: connections that the threads of a process share; 0: each has its own. `pgbouncer`: the address is one's.
    """
    try:
        url, hosts = several_hosts(url)
        database = dj_database_url.parse(url)
    except ValueError as error:
        right = "sqlite:////srv/talks/db.sqlite3 or postgres://user:password@host:5432/name"
        raise ImproperlyConfigured(
            f"DATABASE_URL cannot be read: write {right}, with signs such as @ # / in a password as %40 %23 %2F"
        ) from error
    in_memory = database["NAME"] == ":memory:"  # each process would have one of its own, which goes with it
    if in_memory or database["ENGINE"].rpartition(".")[2] not in ("sqlite3", "postgresql"):
        raise ImproperlyConfigured(
            "DATABASE_URL names no database that fits; write sqlite:////srv/talks/db.sqlite3 or postgres://…"
        )
    if database["ENGINE"].endswith("sqlite3"):
        # Readers do not wait for the writer (WAL), and a writer takes its turn at once instead of failing half-way.
        database["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 10,  # seconds that a writer waits for another one
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-65536;",
        }
    else:
        database.update(CONN_MAX_AGE=0 if pool else 600, CONN_HEALTH_CHECKS=True)
        database["DISABLE_SERVER_SIDE_CURSORS"] = pgbouncer  # they outlive the transaction that they are made in
        # Seconds until a server that does not answer counts as away; milliseconds until one that went silent does.
        database["OPTIONS"] = {"connect_timeout": 5, "tcp_user_timeout": 15_000} | database.get("OPTIONS", {})
        if hosts:
            database.update(hosts)
            database["OPTIONS"].setdefault("target_session_attrs", "read-write")
        if pool:
            database["OPTIONS"]["pool"] = {"min_size": 1, "max_size": pool, "timeout": POOL_PATIENCE}
    return database


def env_databases():
    """The primary, which holds the record, and a replica of it for readers where there is one."""
    pool, pgbouncer = env_number("DATABASE_POOL", "0", 1000), env_switch("PGBOUNCER", "0")
    urls = {"default": env_text("DATABASE_URL") or f"sqlite:///{BASE_DIR / 'db.sqlite3'}"}
    if replica := env_text("REPLICA_URL"):
        urls["replica"] = replica
    databases = {alias: database_of(url, pool, pgbouncer) for alias, url in urls.items()}
    if (pool or pgbouncer or replica) and any(one["ENGINE"].endswith("sqlite3") for one in databases.values()):
        raise ImproperlyConfigured("DATABASE_POOL, PGBOUNCER and REPLICA_URL are for PostgreSQL; leave them out")
    if replica:
        if "," in databases["replica"]["HOST"]:
            raise ImproperlyConfigured(
                "REPLICA_URL names several hosts; write one, which a page is read from as a whole"
            )
        databases["replica"]["TEST"] = {"MIRROR": "default"}
    return databases


def env_mail():
    """{setting: value} of the server that EMAIL_URL describes; nothing if no mail is sent."""
    if not (text := env_text("EMAIL_URL")):
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


def gettext_noop(text):
    """The same text, which `make messages` collects; Django's own would ask for the settings that are made here."""
    return text


def env_line(name, default, longest):
    """A line of words from the environment, at most so many characters long."""
    line = os.environ.get(name, "").strip() or default
    if len(line) > longest or not line.isprintable():
        raise ImproperlyConfigured(f"{name} is {line!r}; write one line of at most {longest} characters")
    return line


def env_languages():
    """[(code, its own name)] of LANGUAGES: English, in which sentences are written here, and what has a catalogue."""
    codes = [code.strip() for code in (os.environ.get("LANGUAGES") or "en,uk").split(",")]
    there = ["en", *sorted(path.parent.parent.name for path in BASE_DIR.glob("locale/*/LC_MESSAGES/django.po"))]
    if codes[0] != "en" or len(set(codes)) < len(codes) or not set(codes) <= set(there):
        raise ImproperlyConfigured(f"LANGUAGES is {','.join(codes)!r}; write en, then any of {', '.join(there[1:])}")
    return [(code, LANG_INFO[code]["name_local"]) for code in codes]


def env_contact():
    """SITE_CONTACT from the environment, a mail address or one of the web; empty if there is none."""
    contact = os.environ.get("SITE_CONTACT", "").strip()
    try:
        if contact.startswith("https://"):
            URLValidator(["https"])(contact)
        elif contact:
            validate_email(contact)
    except ValidationError as error:
        right = "a mail address such as desk@timeline.example, or an address that starts with https://"
        raise ImproperlyConfigured(f"SITE_CONTACT is {contact!r}; write {right}") from error
    return contact


BASE_DIR = Path(__file__).resolve().parent.parent
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
    "talks.middleware.SilenceMiddleware",  # after language: it has a page to say so
    "django.middleware.csrf.CsrfViewMiddleware",
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
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
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
