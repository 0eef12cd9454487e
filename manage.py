#!/usr/bin/env python
"""Django's command line, with the settings of this project."""

import os
import sys

from django.core.management import execute_from_command_line

from config import logs

if __name__ == "__main__":
    logs.hide_values_on_the_terminal()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    execute_from_command_line(sys.argv)
