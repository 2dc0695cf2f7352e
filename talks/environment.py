"""What settings read from the environment: a value that makes no sense is refused with what would be right."""

import os
import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

import dj_database_url
from django.conf.locale import LANG_INFO
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.validators import URLValidator, validate_email

BASE_DIR = Path(__file__).resolve().parent.parent
POOL_PATIENCE = 5  # seconds that a request waits for a connection of the pool
# Of SQLite. All threads of all processes read the first 64 MB of the file from one picture of it in memory (mmap), and
# only what lies beyond from copies of their own.
PRAGMAS = ("journal_mode=WAL", "synchronous=NORMAL", f"mmap_size={64 * 2**20}", f"cache_size={-64 * 2**10}")
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
            "init_command": " ".join(f"PRAGMA {one};" for one in PRAGMAS),
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
