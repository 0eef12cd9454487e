"""The web server's entry."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()

# After the set-up: checks read the settings and the database.
from config import checks  # noqa: E402 - see above

checks.refuse_bad_keys()

# Every page is loaded before the first one is asked for, and what is loaded stays to the end: the collector of garbage
# need not walk it again and again while somebody waits.
ROUTES = get_resolver().reverse_dict
gc.collect()
gc.freeze()
