"""Asks pip-audit whether what is pinned has known holes: python -m tests.audit, as `make audit` does.

The exit status is 1 if something has. Where the advisories cannot be asked, a sentence says so: that is not passed.
"""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LISTS = ("requirements.txt", "tests/requirements.txt")
# Nothing is installed or resolved: the lists are whole, with hashes.
ASKING = ["-m", "pip_audit", "--disable-pip", "--require-hashes", "--format=json", "--progress-spinner=off"]


def sentences(said):
    """(what to say, exit status) of what pip-audit printed, or of nothing if it could ask nobody."""
    if not said:
        return ["The advisories could not be asked, so nothing is known of any package."], 0
    packages = {one["name"]: one for one in json.loads(said)["dependencies"]}
    holes = [
        f"{name} {one['version']}: {hole['id']}, mended in {', '.join(hole['fix_versions']) or 'no version yet'}"
        for name, one in sorted(packages.items())
        for hole in one.get("vulns", ())
    ]
    asked = [name for name, one in packages.items() if "skip_reason" not in one]
    left = sorted(packages.keys() - set(asked))
    lines = [*holes, f"{len(asked)} packages were looked up, and {len(holes) or 'no'} known holes found."]
    if left:
        lines.append(f"The advisories could not be asked of {len(left)} packages, such as {left[0]}: not audited.")
    return (lines if asked else lines[1:]), int(bool(holes))


def main():
    lists = [f"--requirement={ROOT / name}" for name in LISTS]
    asked = subprocess.run([sys.executable, *ASKING, *lists], capture_output=True, text=True, check=False)
    lines, status = sentences(asked.stdout.strip())
    print("\n".join(lines))
    if not asked.stdout.strip():
        print(asked.stderr.strip().rpartition("\n")[2])
    sys.exit(status)


if __name__ == "__main__":
    main()
