#!/usr/bin/env python
import os
import sys

from django.core.management import call_command, execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "channelhub.settings")
    if sys.argv[1:2] == ["version"]:  # Django would tell its own version only
        import django

        django.setup()
        call_command(*sys.argv[1:])
    else:
        execute_from_command_line(sys.argv)
