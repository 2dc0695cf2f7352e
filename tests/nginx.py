"""A real nginx of a test's own, for as long as a `with` lasts."""

import subprocess
from contextlib import contextmanager


@contextmanager
def running_nginx(folder, servers):
    """Serves what stands within http { }, from files of its own in the folder."""
    folder.mkdir(exist_ok=True)
    paths = " ".join(
        f"{name}_temp_path {folder}/{name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    conf = folder / "nginx.conf"
    conf.write_text(
        f"user root; pid {folder}/pid; error_log {folder}/error.log; events {{}}\n"
        f"http {{ access_log off; {paths}\n{servers} }}"
    )
    server = subprocess.Popen(["nginx", "-e", f"{folder}/error.log", "-c", conf, "-g", "daemon off;"])
    try:
        yield server
    finally:
        server.terminate()
        server.wait(30)
