"""What the tests of faults share: how often each is tried. docs/faults.md says how they are run with the full count."""

import os

FULL = int(os.environ.get("FAULTS", "0"))  # of a hundred: 100 is the full count


def tries(few, full):
    """How often to try: a few times, or with FAULTS so much of the full count."""
    return max(few, full * FULL // 100)
