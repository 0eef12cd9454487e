"""Django without a database of its own, for measurements that need the product's settings and nothing else."""

import os
import secrets
import tempfile


def set_up(folder: str = f"{tempfile.gettempdir()}/madoguchi-nowhere") -> None:
    """Before anything of the product is imported. Without a folder: one that does not exist, so nothing lies there."""
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATA_DIR": f"{folder}/data",
        "KEY_DIR": f"{folder}/data.keys",
        "SECRET_KEY": secrets.token_hex(32),
        "LOG_LEVEL": "ERROR",
    }
    for name in ("SIMILAR_BOOSTS", "DATABASE_URL", "ELASTICSEARCH_URLS"):
        os.environ.pop(name, None)
    import django

    django.setup()
