"""What the README says on deploying, carried out, in a folder and with a PostgreSQL and nginx of its own."""

import os
import pwd
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests
from django.conf import settings

from tests.serving import until, workers
from tests.with_postgres import CannotStartError, Cluster, free_port, programs

COPIED = ("talks", "templates", "static", "locale", "docs", "manage.py", "requirements.txt")
# In the place of what installs packages, makes users, and starts services.
STANDS_IN = {
    "apt-get": "",
    "useradd": "",
    "git": 'cp -r "{copy}" "{srv}"',
    # The packages are those of the tests; pip has nothing to do.
    "python3": """if [ "$2" = venv ]; then
        {python} -m venv --without-pip .venv
        for folder in .venv/lib/python*/site-packages; do echo {packages} > $folder/of_tests.pth; done
        ln -s /bin/true .venv/bin/pip
    else
        exec {python} "$@"
    fi""",
    "su": 'PGHOST=127.0.0.1 PGPORT={database} PGUSER=postgres PATH={programs}:$PATH sh -c "$3"',
    "install": 'exec /usr/bin/install $(echo "$@" | sed "s/-o talks/-o {user}/")',
    "runuser": 'shift 3; exec {as_user} "$@"',
    "nginx": 'exec {nginx} -e {root}/error.log -c {root}/nginx.conf "$@"',
    "systemctl": """case "$*" in
    "enable --now talks talks-backup.timer")
        talks serve 127.0.0.1:{site} > {root}/server.log 2>&1 & echo $! > {root}/server.pid
        {started} ;;
    "reload nginx") nginx > {root}/nginx.log 2>&1 ;;
    "start talks-backup") STATE_DIRECTORY={root}/backups {backup} > {root}/backup.log ;;
    esac""",
}


def missing():
    try:
        programs()
    except CannotStartError:
        return ["PostgreSQL"]
    return [name for name in ("nginx", "curl", "openssl", "setpriv") if not shutil.which(name)]


def commands():
    """The first two blocks of the part on deploying: what can be pasted at once, and what asks something."""
    part = Path(settings.BASE_DIR, "README.md").read_text().partition("\n## Deploying\n")[2]
    return re.findall(r"```sh\n(.*?)```", part, re.DOTALL)[:2]


def of_unit(unit, name):
    """What a unit of systemd runs, as the site of the README has it."""
    text = Path(settings.BASE_DIR, "docs/deploy", unit).read_text()
    return re.search(rf"^{name}=-?(.*)$", text, re.MULTILINE)[1].replace("%%", "%")


def version_of(python):
    """Of a Python, such as 3.11; empty if it is not there."""
    asking = [python, "-c", "import sys; print(*sys.version_info[:2], sep='.')"]
    return subprocess.run(asking, capture_output=True, text=True, check=False).stdout if Path(python).exists() else ""


class Server:
    """A machine as the README finds it: files in a folder, services on ports of its own."""

    def __init__(self, root, cluster):
        self.root, self.ports = root, {name: free_port() for name in ("site", "tls", "plain")}
        # Only Debian's own Python can be run by every user, as it must.
        python = "/usr/bin/python3" if version_of("/usr/bin/python3") == version_of(sys.executable) else sys.executable
        as_root = os.geteuid() == 0 and python != sys.executable
        self.names = self.ports | {
            "root": root,
            "srv": f"{root}/srv",
            "copy": f"{root}/copy",
            "database": cluster.port,
            "programs": cluster.programs,
            "packages": sysconfig.get_path("purelib"),
            "python": python,
            "nginx": shutil.which("nginx"),
            "user": "nobody" if as_root else pwd.getpwuid(os.geteuid()).pw_name,
            "as_user": "setpriv --reuid=nobody --regid=nogroup --clear-groups" if as_root else "",
        }
        started = self.here(of_unit("talks.service", "ExecStartPost"))
        backup = self.here(of_unit("talks-backup.service", "ExecStart"))
        self.names["backup"] = backup.replace(f"{root}/srv/.venv/bin/python manage.py", "talks")
        self.names["started"] = re.sub(r"--(retry|retry-max-time) 30\b", r"--\1 300", started)  # on a busy machine

    def here(self, text):
        """The same for this machine."""
        for there, here in {
            "SITE=timeline.example": "SITE=localhost",
            "postgres:///talks": f"postgres://talks@127.0.0.1:{self.names['database']}/talks",
            "/srv/talks": f"{self.root}/srv",
            "/etc/nginx/sites-enabled/": f"{self.root}/etc/",
            "/etc/systemd/system/": f"{self.root}/etc/",
            "/etc/": f"{self.root}/etc/",
            "/usr/local/bin/": f"{self.root}/bin/",
            "/var/lib/talks-backups": f"{self.root}/backups",
            "/var/log/nginx/": f"{self.root}/",
            "127.0.0.1:8000": f"127.0.0.1:{self.ports['site']}",
            "listen 443 ssl": f"listen 127.0.0.1:{self.ports['tls']} ssl",
            "listen 80": f"listen 127.0.0.1:{self.ports['plain']}",
            "[::]:443": f"[::1]:{self.ports['tls']}",
            "[::]:80": f"[::1]:{self.ports['plain']}",
        }.items():
            text = re.sub(rf"(?<!{re.escape(str(self.root))}){re.escape(there)}", here, text)
        return text

    def prepare(self):
        for name in ("copy", "etc", "etc/ssl", "bin", "tmp", "backups"):
            (self.root / name).mkdir()
        for name in ("tmp", "backups"):
            (self.root / name).chmod(0o777)
        for name in COPIED:
            source = settings.BASE_DIR / name
            shutil.copytree(source, self.root / "copy" / name) if source.is_dir() else shutil.copy(
                source, self.root / "copy"
            )
        shutil.copytree(settings.FIXTURES, self.root / "copy/fixtures")
        for path in (self.root / "copy/docs/deploy").iterdir():
            path.write_text(self.here(path.read_text()))
        for name, script in STANDS_IN.items():
            path = self.root / "bin" / name
            path.write_text(f"#!/bin/sh\nset -e\n{script.format(**self.names)}\n")
            path.chmod(0o755)
        temporary = " ".join(
            f"{name}_temp_path {self.root}/{name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        (self.root / "nginx.conf").write_text(
            f"pid {self.root}/nginx.pid; events {{}}\nhttp {{ {temporary}\ninclude {self.root}/etc/*.conf; }}"
        )

    def run(self, script, **more):
        """What a script printed, what it complained of, and its exit status."""
        kept = {
            name: value for name, value in os.environ.items() if name not in ("DEBUG", "DJANGO_SETTINGS_MODULE", "CI")
        }
        own = {"PATH": f"{self.root}/bin:{os.environ['PATH']}", "TMPDIR": str(self.root / "tmp"), **more}
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", script],
            env=kept | own,
            cwd=self.root,
            capture_output=True,
            text=True,
            check=False,
        )
        return done.stdout, done.stderr, done.returncode

    def stop(self):
        for name, signal in (("nginx.pid", "TERM"), ("server.pid", "TERM")):
            if (self.root / name).exists():
                subprocess.run(["kill", f"-{signal}", (self.root / name).read_text().strip()], check=False)


@contextmanager
def server():
    cluster = Cluster()
    with cluster:
        root = Path(tempfile.mkdtemp(prefix="talks-readme-"))
        root.chmod(0o755)  # others than root may look at it, as on any machine
        machine = Server(root, cluster)
        try:
            yield machine
        finally:
            machine.stop()
            shutil.rmtree(root, ignore_errors=True)


@pytest.mark.long
@pytest.mark.skipif(bool(missing()) and not os.environ.get("CI"), reason=f"not on this machine: {missing()}")
def test_who_does_what_the_readme_says_is_at_a_site_behind_nginx_with_postgresql_a_backup_and_two_processes():
    with server() as machine:
        machine.prepare()
        pasted, asking = map(machine.here, commands())

        said, complaints, status = machine.run(pasted)

        # The doctor has no more to say than that no mail is sent.
        *_, ready, doctor = said.splitlines()
        assert (ready, doctor[:23], status) == ("ready", "- EMAIL_URL is empty, s", 1), complaints
        site, certificate = f"https://localhost:{machine.ports['tls']}", str(machine.root / "etc/ssl/timeline.pem")
        page = requests.get(f"{site}/rounds/", verify=certificate, timeout=60)
        assert (page.status_code, "Istanbul" in page.text) == (200, True)
        assert requests.get(f"{site}/readyz", verify=certificate, timeout=60).status_code == 404
        assert until(lambda: len(workers(Pid(machine.root / "server.pid"))) == 2)
        assert of_unit("talks.service", "ExecStart") == "/srv/talks/.venv/bin/python manage.py serve 127.0.0.1:8000"

        superuser = {
            f"DJANGO_SUPERUSER_{name}": word for name, word in (("USERNAME", "otis"), ("EMAIL", "otis@talks.example"))
        }
        asking = asking.replace("talks createsuperuser", "talks createsuperuser --noinput").replace(
            f"talks restore {machine.root}/backups/2031-05-10-0330", f"talks restore --yes {machine.root}/backups/*"
        )
        said, complaints, status = machine.run(asking, DJANGO_SUPERUSER_PASSWORD="a-night-at-the-opera", **superuser)
        made, backup, restored = said.splitlines()
        assert (made, restored.partition(", after")[0], status) == (
            "Superuser created successfully.",
            f"The database holds what {machine.root}/backups/{backup} holds",
            0,
        ), complaints
        assert requests.get(f"{site}/rounds/", verify=certificate, timeout=60).status_code == 200


class Pid:
    """A process that a script began."""

    def __init__(self, file):
        self.pid = int(file.read_text())
