"""The web server's entry."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()

# After the set-up: checks read the settings and the database.
from config import checks  # noqa: E402 - see above

checks.refuse_bad_keys()
