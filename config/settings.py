"""Settings: every difference between machines is an environment variable, read here and nowhere else.

`config.checks` says in words what cannot work together.
"""

from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

env = environ.Env()

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(env.str("DATA_DIR", default=str(BASE_DIR / "data"))).absolute()
# Keys never lie in the data folder: a copy of the data must not carry what opens it.
KEY_DIR = Path(env.str("KEY_DIR", default=f"{DATA_DIR}.keys")).absolute()
# A program that makes and uses the keys of cases and contacts (an HSM, a key server); empty: files in KEY_DIR.
KEY_COMMAND = env.str("KEY_COMMAND", default="")
# Copies of the key files, sealed to the recovery key: of no use without two of its three holders.
KEY_ESCROW_DIR = Path(env.str("KEY_ESCROW_DIR", default=f"{DATA_DIR}.key-copies")).absolute()


def _secret_key() -> str:
    """The signing key: from the environment, else the file made at set-up, else empty (Django refuses to sign)."""
    if given := env.str("SECRET_KEY", default=""):
        return str(given)
    file = KEY_DIR / "signing.key"
    return file.read_text(encoding="ascii").strip() if file.is_file() else ""


SECRET_KEY = _secret_key()
DEBUG = env.bool("DEBUG", default=False)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
# TLS in front (a reverse proxy); off for the town hall's one PC, where the browser speaks to localhost.
HTTPS = env.bool("HTTPS", default=False)


def _watch_limits() -> dict[str, tuple[int, int]]:
    """Looks by one person in an hour and in a day beyond which managers are told: REVEALS=40/200,NAMES=…"""
    limits = {"REVEALS": (40, 200), "PHONES": (120, 600), "NAMES": (20, 80), "EXPORTS": (20, 60)}
    for kind, numbers in env.dict("WATCH_LIMITS", default={}).items():
        hour, day = numbers.split("/")
        limits[kind] = (int(hour), int(day))
    return limits


WATCH_LIMITS = _watch_limits()

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "rest_framework",
    "drf_spectacular",
    "django_htmx",
    "csp",
    "config",
    "consult",
    "outreach",
    "search",
    "cases",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "consult.shell.web.RequestIdMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "consult.shell.web.AccountLanguageMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "consult.shell.web.NoStoreMiddleware",
    "config.errors.CasesErrorMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
AUTH_USER_MODEL = "consult.Account"
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "today"
LOGOUT_REDIRECT_URL = "sign-in"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "consult.shell.web.page_frame",
            ],
        },
    },
]

# Controls without a template for each of their options.
FORM_RENDERER = "consult.shell.controls.Controls"

# --- The launcher (manage.py serve) ----------------------------------------------------------------------------
HOST = env.str("HOST", default="127.0.0.1")
PORT = env.str("PORT", default="8000")
# One process holds the dictionary of Japanese words (about 100 MB); its threads share it.
WEB_WORKERS = env.str("WEB_WORKERS", default="1")
# Two: one keeps search and figures in step and makes what somebody waits for, all others do what takes long.
WORKERS = env.int("WORKERS", default=2)

# --- Database -------------------------------------------------------------------------------------------------
DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{DATA_DIR / 'madoguchi.sqlite3'}")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        # A writer takes its lock at once: two savers queue instead of failing at the end of their work.
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        # FULL: a saved case survives a power cut. secure_delete: an erased key leaves no trace in free pages.
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON; PRAGMA foreign_keys=ON;"
        ),
    }
# A connection lasts over many requests: opening SQLite with its pragmas took a fifth of a small request's time.
DATABASES["default"]["CONN_MAX_AGE"] = 60
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Backups --------------------------------------------------------------------------------------------------
# Best on another disk: a mounted one is found again by the mark that was left on it.
BACKUP_DIR = Path(env.str("BACKUP_DIR", default=f"{DATA_DIR}.backups")).absolute()
# Where sealed copies of keys are mirrored to, apart from the backups; empty: nowhere, and a card says so.
KEY_BACKUP_DIR = env.str("KEY_BACKUP_DIR", default="")
# Wall clock in Japan. A PC that is off then takes its backup when it is on again.
BACKUP_AT = env.str("BACKUP_AT", default="03:00")
# The newest of each of so many days and weeks; none is kept longer, so that an erasure is complete one day.
BACKUP_DAYS = env.int("BACKUP_DAYS", default=14)
BACKUP_WEEKS = env.int("BACKUP_WEEKS", default=5)
BACKUP_LONGEST_DAYS = env.int("BACKUP_LONGEST_DAYS", default=35)

# --- The log's checkpoints: where they go beyond this machine (see cases.protection.audit.sinks) ----------------
AUDIT_SINKS = env.list("AUDIT_SINKS", default=[])

# --- Search, jobs ---------------------------------------------------------------------------------------------
SEARCH_FILE = DATA_DIR / "search.sqlite3"
# Several machines: the nodes of an Elasticsearch that all of them reach. Empty: SQLite FTS5 in SEARCH_FILE.
ELASTICSEARCH_URLS = env.list("ELASTICSEARCH_URLS", default=[])
ELASTICSEARCH_USER = env.str("ELASTICSEARCH_USER", default="")
ELASTICSEARCH_PASSWORD = env.str("ELASTICSEARCH_PASSWORD", default="")
# The authority that signed the nodes' certificates; empty: those that the system trusts.
ELASTICSEARCH_CA_FILE = env.str("ELASTICSEARCH_CA_FILE", default="")
# Names of our indices begin so: a cluster may serve others too.
ELASTICSEARCH_PREFIX = env.str("ELASTICSEARCH_PREFIX", default="madoguchi")
# How much codes in common lift a similar case, where the weights of `search.boosts` do not suit: scam_type=0.2,recent=0
SIMILAR_BOOSTS = env.str("SIMILAR_BOOSTS", default="")
COLUMNS_DIR = DATA_DIR / "columns"
# Empty: workers poll. A broker only wakes them sooner; the Job rows stay the truth.
CELERY_BROKER_URL = env.str("CELERY_BROKER_URL", default="")

# --- Mail to subscribers: the relay that takes it, and the mailbox that it comes back to -----------------------------
# Empty: nothing is sent, and pages offer the text to copy instead.
SMTP_HOST = env.str("SMTP_HOST", default="")
SMTP_PORT = env.int("SMTP_PORT", default=587)
# starttls, tls (from the first byte) or none (a relay on this machine).
SMTP_TLS = env.str("SMTP_TLS", default="starttls")
SMTP_CA_FILE = env.str("SMTP_CA_FILE", default="")
SMTP_USER = env.str("SMTP_USER", default="")
SMTP_PASSWORD = env.str("SMTP_PASSWORD", default="")
# Seconds that the relay has for one answer.
SMTP_SECONDS = max(1, env.int("SMTP_SECONDS", default=30))
# Whom mail comes from, and who gets unsubscriptions and what cannot be delivered: one mailbox, or another.
MAIL_FROM = env.str("MAIL_FROM", default="")
MAIL_RETURN_TO = env.str("MAIL_RETURN_TO", default="") or MAIL_FROM
# The mailbox behind that address, read every quarter of an hour; empty: what came back is taken in as files.
IMAP_HOST = env.str("IMAP_HOST", default="")
IMAP_PORT = env.int("IMAP_PORT", default=993)
# tls, or none (a server on this machine).
IMAP_TLS = env.str("IMAP_TLS", default="tls")
IMAP_CA_FILE = env.str("IMAP_CA_FILE", default="")
IMAP_USER = env.str("IMAP_USER", default="")
IMAP_PASSWORD = env.str("IMAP_PASSWORD", default="")
IMAP_FOLDER = env.str("IMAP_FOLDER", default="INBOX")
MAIL_PER_MINUTE = max(1, env.int("MAIL_PER_MINUTE", default=120))

# --- Time, language -------------------------------------------------------------------------------------------
TIME_ZONE = "Asia/Tokyo"
USE_TZ = True
LANGUAGE_CODE = "ja"
LANGUAGES = [("ja", _("日本語")), ("en", _("英語"))]
LOCALE_PATHS = [BASE_DIR / "config" / "locale"]

# --- Static files ---------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG

# --- Uploads hold personal data: whatever of them touches the disk is sealed first. ----------------------------
FILE_UPLOAD_HANDLERS = ["consult.shell.web.SealedUploadHandler"]
# Days after the end of a period from which its numbers can be 確定: cards come in late, and are corrected.
FIGURES_FINAL_DAYS = max(0, env.int("FIGURES_FINAL_DAYS", default=60))
# Days until a citizen's request is decided: 30 by law, fewer where the municipality's ordinance says so.
DISCLOSURE_REQUEST_DAYS = max(1, min(30, env.int("DISCLOSURE_REQUEST_DAYS", default=30)))
# How long a 気づき that became no case is kept with its persons, counted from the decision.
WORRY_KEPT_MONTHS = max(1, min(60, env.int("WORRY_KEPT_MONTHS", default=12)))
UPLOAD_LIMIT = env.int("UPLOAD_LIMIT_MB", default=50) * 1024 * 1024
# A virus scanner: gets each attached file on its standard input, answers 0 (clean) or 1 (infected).
SCAN_COMMAND = env.str("SCAN_COMMAND", default="")
SCAN_SECONDS = env.int("SCAN_SECONDS", default=60)
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024

# --- Signing in -----------------------------------------------------------------------------------------------
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "consult.shell.passwords.NoWordsOfTheHouse"},
]
# The table holds digests of cookies: reading it signs nobody in.
SESSION_ENGINE = "consult.shell.sessions"
SESSION_COOKIE_AGE = 10 * 60 * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "config.errors.csrf_failure"

# --- Headers --------------------------------------------------------------------------------------------------
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    }
}

# --- API ------------------------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["consult.shell.access.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["consult.shell.access.NamedPermission"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "EXCEPTION_HANDLER": "config.errors.problem",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Madoguchi",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    # Several answers have a `state`, each with its own words.
    "ENUM_NAME_OVERRIDES": {
        "LectureKind": "outreach.lectures.kinds.Kind",
        "LectureMode": "outreach.lectures.kinds.Mode",
        "LectureState": "outreach.lectures.models.Lecture.State",
        "BulletinState": "outreach.bulletins.models.Bulletin.State",
        "KindEnum": "cases.records.codes.Kind",
        "AnswerOrUnknown": ["yes", "no", "unknown"],
        "PaperOrElectronic": ["paper", "electronic"],
        "OtherRightKind": ["excess_quantity", "rescission", "mid_term_cancellation", "return"],
    },
}

# --- Errors and logs carry no values --------------------------------------------------------------------------
DEFAULT_EXCEPTION_REPORTER = "config.reports.PlacesAlone"
DEFAULT_EXCEPTION_REPORTER_FILTER = "config.errors.NothingInReports"
# One PC: lines for people. Where a program collects them: JSON, with a fixed set of keys.
LOG_FORMAT = env.str("LOG_FORMAT", default="text")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"no_values": {"()": "config.logs.WithoutValues"}},
    "formatters": {"line": {"()": "config.logs.Json" if LOG_FORMAT == "json" else "config.logs.Line"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["no_values"]}
    },
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
    "loggers": {
        "django": {
            "handlers": [],
            "level": "INFO",
            "propagate": True,
        },  # no mail: Django would send one per error
        # A line for each request otherwise; what failed is told by search itself.
        "elastic_transport": {"level": "ERROR"},
        "django.server": {"handlers": [], "level": "WARNING", "propagate": True},
    },
}
