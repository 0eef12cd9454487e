"""Django without a database of its own, for measurements that need the product's settings and nothing else."""

import os
import secrets
import tempfile


def set_up() -> None:
    """Before anything of the product is imported. Folders that do not exist: nothing is read or written there."""
    nowhere = f"{tempfile.gettempdir()}/madoguchi-similar-nowhere"
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATA_DIR": nowhere,
        "KEY_DIR": f"{nowhere}.keys",
        "SECRET_KEY": secrets.token_hex(32),
        "LOG_LEVEL": "ERROR",
    }
    for name in ("SIMILAR_BOOSTS", "DATABASE_URL", "ELASTICSEARCH_URLS"):
        os.environ.pop(name, None)
    import django

    django.setup()
