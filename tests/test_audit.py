"""What is said of what pip-audit found: where it could ask nobody, nothing counts as passed."""

import json

from tests.audit import sentences

WELL = {"name": "soup", "version": "1.0", "vulns": []}
HOLED = {"name": "duck", "version": "2.0", "vulns": [{"id": "PYSEC-2031-5", "fix_versions": ["2.1"]}]}
UNASKED = {"name": "hat", "skip_reason": "Dependency not found on PyPI and could not be audited: hat (1.0)"}
NOT_AUDITED = "The advisories could not be asked of 1 packages, such as hat: not audited."


def said(*packages):
    return sentences(json.dumps({"dependencies": packages}))


def test_known_holes_are_told_with_the_version_that_mends_them():
    assert said(WELL, HOLED) == (
        ["duck 2.0: PYSEC-2031-5, mended in 2.1", "2 packages were looked up, and 1 known holes found."],
        1,
    )
    assert said(WELL) == (["1 packages were looked up, and no known holes found."], 0)


def test_what_could_not_be_asked_is_not_passed():
    assert said(WELL, UNASKED) == (["1 packages were looked up, and no known holes found.", NOT_AUDITED], 0)
    assert said(UNASKED) == ([NOT_AUDITED], 0)
    assert sentences("") == (["The advisories could not be asked, so nothing is known of any package."], 0)
