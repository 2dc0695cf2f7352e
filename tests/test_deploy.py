"""The files of docs/deploy/: they are what they say, as far as this machine has the programs for it."""

import http.client
import json
import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Callable
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml
from django.conf import settings
from django.core.management import get_commands

from tests.nginx import running_nginx
from tests.serving import serving, until, workers
from tests.test_serve import HEADS
from tests.web_servers import CERTIFICATE
from tests.with_postgres import free_port

DEPLOY = Path(settings.BASE_DIR, "docs/deploy")
UNITS = ("talks.service", *(f"talks-{job}.{unit}" for job in ("backup", "snapshot") for unit in ("service", "timer")))


def needs(program):
    missing = not shutil.which(program) and not os.environ.get("CI")
    return pytest.mark.skipif(missing, reason=f"there is no {program} here")


def said_by(*command):
    """What a program printed; the test fails if it ends with an error."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


# Units, Caddy, containers


@needs("systemd-analyze")
def test_systemd_has_nothing_to_say_on_the_units(tmp_path):
    for name in UNITS:
        text = (DEPLOY / name).read_text().replace("/srv/talks/.venv/bin/python", shutil.which("python3"))
        (tmp_path / name).write_text(text)

    assert said_by("systemd-analyze", "verify", "--man=no", *(str(tmp_path / name) for name in UNITS)) == ""


@needs("caddy")
def test_caddy_takes_its_file(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))

    assert "Valid configuration" in said_by("caddy", "validate", "--config", str(DEPLOY / "Caddyfile"))


def test_all_that_the_site_needs_is_copied_into_its_image():
    copied = re.findall(r"^COPY (\S+) \S+$", (DEPLOY / "Dockerfile").read_text(), re.MULTILINE)
    ignored = Path(settings.BASE_DIR, ".dockerignore").read_text().split()

    assert copied == ["requirements.txt", "manage.py", "talks", "templates", "static", "locale", "fixtures"]
    assert all(Path(settings.BASE_DIR, name).exists() for name in copied)
    assert set(copied) & set(ignored) == set()


def test_the_compose_file_names_secrets_services_and_commands_that_there_are():
    content = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    commands = re.findall(r"manage\.py (\w+)", (DEPLOY / "compose.yaml").read_text())

    for service in content["services"].values():
        assert set(service.get("secrets", ())) <= set(content["secrets"])
        assert set(service.get("depends_on", ())) <= set(content["services"])
    assert commands == ["migrate", "load_articles", "settle"]
    assert set(commands) <= set(get_commands())


# In front: nginx, Caddy


@dataclass
class Front:
    """A proxy that runs: its ports with and without TLS, and what it says of what it was asked."""

    port: int
    plain: int
    log: Path
    moved: int  # the status with which it leads from the port without TLS to the other
    logged: Callable  # line → (method, path)


@contextmanager
def nginx(folder, site):
    """A real nginx in front of a site, by docs/deploy/nginx.conf."""
    port, plain, log = free_port(), free_port(), folder / "talks.log"
    told = replaced(
        (DEPLOY / "nginx.conf").read_text(),
        {
            "listen 443 ssl": f"listen 127.0.0.1:{port} ssl",
            "listen 80": f"listen 127.0.0.1:{plain}",
            "[::]:443": f"[::1]:{port}",
            "[::]:80": f"[::1]:{plain}",
            "127.0.0.1:8000": f"127.0.0.1:{site}",
            "/etc/ssl/timeline.pem": str(CERTIFICATE),
            "/etc/ssl/timeline.key": str(CERTIFICATE),
            "/var/log/nginx/talks.log": str(log),
        },
    )
    with running_nginx(folder, told):
        yield Front(port, plain, log, 301, lambda line: tuple(line.split()[3:5]))


@contextmanager
def caddy(folder, site):
    """A real Caddy in front of a site, by docs/deploy/Caddyfile, with a certificate of its own making."""
    port, plain, log = free_port(), free_port(), folder / "talks.log"
    options = (
        f"admin off; local_certs; skip_install_trust; https_port {port}; http_port {plain}; "
        "default_bind 127.0.0.1; default_sni timeline.example; servers {"
    )
    told = replaced(
        (DEPLOY / "Caddyfile").read_text(),
        {
            "servers {": options.replace("; ", "\n"),
            "127.0.0.1:8000": f"127.0.0.1:{site}",
            "/var/log/caddy/talks.log": str(log),
        },
    )
    (folder / "Caddyfile").write_text(told)

    def logged(line):
        entry = json.loads(line)
        return entry["request"]["method"], entry["request"]["uri"].removesuffix("?***")

    own = os.environ | {"HOME": str(folder), "XDG_DATA_HOME": str(folder)}
    with (folder / "caddy.log").open("w") as said:
        server = subprocess.Popen(["caddy", "run", "--config", folder / "Caddyfile"], env=own, stderr=said)
        try:
            yield Front(port, plain, log, 308, logged)
        finally:
            server.terminate()
            server.wait(30)


def replaced(text, others):
    """A text with each of these, which must be in it, in the place of the other."""
    for of_the_example, of_the_test in others.items():
        assert of_the_example in text
        text = text.replace(of_the_example, of_the_test)
    return text


FRONTS = [pytest.param(front, marks=needs(front.__name__), id=front.__name__) for front in (nginx, caddy)]


def ask(port, path="/about/", secure=True):
    """(status, headers) of a page by its name; None where nobody answers."""
    kind, more = (
        (http.client.HTTPSConnection, {"context": ssl._create_unverified_context()})
        if secure
        else (
            http.client.HTTPConnection,
            {},
        )
    )
    with (
        closing(kind("127.0.0.1", port, timeout=30, **more)) as connection,
        suppress(OSError, http.client.HTTPException),
    ):
        connection.request("GET", path, headers={"Host": "timeline.example", "X-Forwarded-Proto": "http"})
        answer = connection.getresponse()
        answer.read()
        return answer.status, answer.headers
    return None, {}


@contextmanager
def slow_visitors(port, head):
    """Two hundred who send this and no more."""
    context = ssl._create_unverified_context()
    slow = [context.wrap_socket(socket.create_connection(("127.0.0.1", port))) for _ in range(200)]
    for one in slow:
        one.sendall(head.replace(b"localhost", b"timeline.example"))
    try:
        yield
    finally:
        for one in slow:
            one.close()


def send(port):
    """The status of what somebody sends meanwhile."""
    own = {"timeout": 30, "context": ssl._create_unverified_context()}
    with closing(http.client.HTTPSConnection("127.0.0.1", port, **own)) as connection:
        connection.request("POST", "/csp-report", b"{}", {"Host": "timeline.example"})
        return connection.getresponse().status


BEHIND = {"ALLOWED_HOSTS": "timeline.example", "BEHIND_PROXY": "1", "HTTPS": "1"}


@pytest.mark.long
@pytest.mark.parametrize("front", FRONTS)
def test_a_proxy_serves_the_site_over_tls_and_nobody_waits_for_new_processes(front, tmp_path):
    with serving(tmp_path, **BEHIND) as (server, site), front(tmp_path, site) as proxy:
        assert until(lambda: ask(proxy.port)[0] == 200)
        status, headers = ask(proxy.port)
        assert (status, headers["Strict-Transport-Security"]) == (200, "max-age=31536000")
        ids = [ask(proxy.port, "/about/?q=swordfish")[1]["X-Request-ID"] for _ in range(2)]  # the second is a kept page
        ids.append(ask(proxy.port, "/uk/admin/reset/MQ/c0ffee/")[1]["X-Request-ID"])
        assert until(lambda: "/reset/" in proxy.log.read_text())
        lines = proxy.log.read_text().splitlines()[-3:]
        assert [proxy.logged(line) for line in lines] == [
            ("GET", path) for path in ("/about/", "/about/", "/uk/admin/reset/***")
        ]
        assert len(set(ids)) == 3
        if front is nginx:
            assert [line.split()[1] for line in lines] == ids
        assert not [secret for secret in ("swordfish", "c0ffee", "127.0.0.1") if secret in proxy.log.read_text()]
        assert [ask(proxy.port, path)[0] for path in ("/readyz", "/metrics", "/healthz")] == [404, 404, 200]
        status, headers = ask(proxy.plain, "/rounds/?kind=round", secure=False)
        assert (status, headers["Location"]) == (proxy.moved, "https://timeline.example/rounds/?kind=round")

        before, statuses, done = set(workers(server)), [], threading.Event()
        assert len(before) == 2

        def keep_asking():
            while not done.is_set():
                statuses.append(ask(proxy.port)[0])

        visitors = [threading.Thread(target=keep_asking) for _ in range(3)]
        for visitor in visitors:
            visitor.start()
        server.send_signal(signal.SIGHUP)  # as `systemctl reload` does
        renewed = until(lambda: len(workers(server)) == len(before) and not before & set(workers(server)), seconds=180)
        done.set()
        for visitor in visitors:
            visitor.join()

        server.terminate()
        server.wait(90)
        status, headers = ask(proxy.port)
        assert (status, headers["Retry-After"]) == (503, "30")

    assert renewed
    assert set(statuses) == {200}
    assert len(statuses) > 20


@pytest.mark.long
@pytest.mark.parametrize("front", FRONTS)
def test_slow_visitors_of_a_proxy_hold_up_nobody(front, tmp_path, migrated):
    if migrated.exists():
        shutil.copy(migrated, tmp_path / "db")
    with serving(tmp_path, **BEHIND) as (_, site), front(tmp_path, site) as proxy:
        assert until(lambda: ask(proxy.port)[0] == 200)
        for head in HEADS.values():
            with slow_visitors(proxy.port, head):
                assert [ask(proxy.port)[0] for _ in range(4)] == [200] * 4
                assert send(proxy.port) == 400  # what was sent was read


# Start and stop


def command_of(unit, name):
    """What a unit of systemd runs, as a list."""
    (line,) = re.findall(rf"^{name}=-?(.*)$", (DEPLOY / unit).read_text(), re.MULTILINE)
    return line.split()


@pytest.mark.long
@needs("curl")
def test_a_start_waits_until_the_site_is_ready_and_a_stop_until_all_are_answered(tmp_path):
    with serving(tmp_path, WEB_CONCURRENCY="1") as (server, port):
        waiting = [
            part.replace("127.0.0.1:8000", f"127.0.0.1:{port}") for part in command_of("talks.service", "ExecStartPost")
        ]
        assert subprocess.run(waiting, capture_output=True, check=False).returncode == 0

        lines = ["POST /csp-report HTTP/1.1", "Host: localhost", "Content-Type: application/csp-report"]
        head = "\r\n".join([*lines, "Content-Length: 18", "", ""])
        with socket.create_connection(("127.0.0.1", port), timeout=60) as visitor:
            visitor.sendall(head.encode() + b'{"csp-rep')
            time.sleep(1)  # by then a thread waits for the rest
            server.terminate()
            assert until(lambda: not listens(port))
            visitor.sendall(b'ort": {}}')
            assert visitor.recv(100).startswith(b"HTTP/1.1 204 ")
        assert server.wait(90) == 0


def listens(port):
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=5):
        return True
    return False
