#!/usr/bin/env python3
"""Django's command line for this project; what is no fault of the code ends in a sentence and the status 1."""

import os
import sys

try:
    from django.core.management import execute_from_command_line
except ModuleNotFoundError:
    sys.exit("Django is not installed for this Python; use .venv/bin/python, which `make run` makes")

from talks.management.failures import failure

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "talks.settings")
    try:
        execute_from_command_line(sys.argv)
    except Exception as error:
        sentence = failure(error)
        if sentence is None or "--traceback" in sys.argv:
            raise
        sys.exit(sentence)
