"""Settings: everything a deployment may change comes from the environment (.env.example lists it)."""

import os
import secrets
from pathlib import Path
from urllib.parse import urlsplit

import environ
import pghistory
import structlog
from celery.schedules import crontab
from csp.constants import NONCE, NONE, SELF
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent
LOCAL_DIR = Path(os.environ.get("CHANNELHUB_LOCAL", BASE_DIR / ".local"))

env = environ.Env()
if (BASE_DIR / ".env").exists():
    environ.Env.read_env(BASE_DIR / ".env")


def _embedded(name: str) -> str:
    """The address of a server of our own, for machines where the environment names none."""
    from channelhub import embedded

    return getattr(embedded, name)()


def _local_secret(name: str) -> str:
    """A secret of this checkout, made at first use, for machines where the environment gives none."""
    path = LOCAL_DIR / name
    if not path.exists():
        LOCAL_DIR.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(50))
    return path.read_text()


DEBUG = env.bool("DEBUG", False)
PRODUCTION = env.bool("PRODUCTION", False)
SECRET_KEY = env.str("SECRET_KEY", "") or _local_secret("secret_key")
# What seals bank and identity numbers: the first seals, all open; a new one in front, the old ones behind it.
FIELD_KEYS = env.list("FIELD_KEYS", default=[]) or [_local_secret("field_key")]
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]", "testserver"])
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("BEHIND_PROXY", PRODUCTION) else None
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

INSTALLED_APPS = [
    "unfold.apps.BasicAppConfig",
    "unfold.contrib.filters",
    "unfold.contrib.forms",
    "channelhub.core.apps.ChannelAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "pgtrigger",
    "pghistory",
    "treebeard",
    "django_htmx",
    "django_filters",
    "django_structlog",
    "csp",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "channelhub.core",
    "partners",
    "oauth2_provider",
    "pricing",
    "inventory",
    "performance",
]

MIDDLEWARE = [
    "django_structlog.middlewares.RequestMiddleware",
    "channelhub.core.middleware.request_id.RequestIdMiddleware",
    "channelhub.core.middleware.counting.CountingMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "channelhub.core.middleware.acting.ActingMiddleware",
    "channelhub.core.middleware.fence.FenceMiddleware",
]

ROOT_URLCONF = "channelhub.urls"
WSGI_APPLICATION = "channelhub.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "csp.context_processors.nonce",
                "channelhub.core.context_processors.shell",
            ],
        },
    },
]

DATABASES = {
    "default": {
        **env.db_url_config(os.environ.get("DATABASE_URL") or _embedded("database_url")),
        "CONN_MAX_AGE": env.int("CONN_MAX_AGE", 600),
        "CONN_HEALTH_CHECKS": True,
        "DISABLE_SERVER_SIDE_CURSORS": False,
    },
}
# Outside the fence nothing needs one transaction a request; inside, the fence is it.
ATOMIC_REQUESTS = False
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = os.environ.get("REDIS_URL") or _embedded("redis_url")
CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}

AUTH_USER_MODEL = "core.User"
SILENCED_SYSTEM_CHECKS = ["auth.W004"]  # an e-mail address is unique by Lower(): core_user_one_per_email_address
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
# The first hashes people's passwords; a client's random secret needs no slow hash (CLIENT_SECRET_HASHER).
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
    "partners.services.client_secrets.ClientSecretHasher",
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "channelhub.core.services.accounts.AccountAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
SESSION_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "channelhub.core.views.errors.csrf_refused"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = env.bool("SECURE_COOKIES", PRODUCTION)

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("zh-hans", _("Simplified Chinese")), ("zh-hant", _("Traditional Chinese"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
FORMAT_MODULE_PATH = ["channelhub.lib.written"]
USE_TZ = True
# The one zone: business days, the night's clock and beat.
TIME_ZONE = CELERY_TIMEZONE = env.str("TIME_ZONE", "Asia/Shanghai")

STATIC_URL = "/static/"
STATIC_ROOT = LOCAL_DIR / "staticfiles"
STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # whitenoise warns when it is missing
NODE_MODULES = BASE_DIR / "node_modules"
STATICFILES_DIRS = [
    BASE_DIR / "static",
    *(
        (f"npm/{name}", NODE_MODULES / package)
        for name, package in (
            ("tabler", "@tabler/core/dist"),
            ("htmx", "htmx.org/dist"),
            ("echarts", "echarts/dist"),
        )
        if (NODE_MODULES / package).exists()
    ),
]
WHITENOISE_USE_FINDERS = True
MEDIA_ROOT = Path(env.str("MEDIA_ROOT", str(LOCAL_DIR / "media")))
DATA_UPLOAD_MAX_MEMORY_SIZE = 64 * 1024 * 1024

CONTENT_SECURITY_POLICY = {
    "EXCLUDE_URL_PREFIXES": ["/admin/", "/api/"],
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "font-src": [SELF, "data:"],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    },
}

PGHISTORY_LEVEL = pghistory.Statement  # before the first migration: row level is quadratic on set-based writes
PGHISTORY_APPEND_ONLY = False
PGHISTORY_CONTEXT_FIELD = pghistory.ContextJSONField()
PGHISTORY_CONTEXT_ID_FIELD = pghistory.ContextUUIDField()

OAUTH2_PROVIDER_APPLICATION_MODEL = "partners.ApiClient"
API_SCOPES = {
    "sales:read": _("Read sales lines"),
    "sales:write": _("Write sales lines"),
    "rebates:read": _("Read rebate postings"),
    "stock:read": _("Read stock levels and locations"),
    "stock:write": _("Write stock levels"),
    "prices:read": _("Ask for prices"),
    "prices:write": _("Read and write price lists; for the maker's systems only"),
    "performance:read": _("Read targets, KPI values and scores"),
    "performance:write": _("Write targets; for the maker's systems only"),
    "findings:read": _("Read findings and minimum prices; for the maker's systems only"),
    "cases:read": _("Read cases of processes"),
    "partners:read": _("Read partners, products and territories"),
    "contracts:read": _("Read contracts and deposits"),
    "contracts:write": _("Book deposits; for the maker's systems only"),
    "partners:write": _("Change partners; for the maker's systems only"),
}
OAUTH2_PROVIDER = {
    "SCOPES": API_SCOPES,
    "ACCESS_TOKEN_EXPIRE_SECONDS": 3600,
    "COMPLIANT_BCP_RFC9700_TOKEN_STORAGE": True,
    "COMPLIANT_BCP_RFC9700_ACCESS_TOKEN_TRANSPORT": True,
    "OAUTH2_SERVER_CLASS": "oauthlib.oauth2.BackendApplicationServer",  # client credentials and nothing else
    "OAUTH2_VALIDATOR_CLASS": "partners.services.client_credentials.Validator",
    "SCOPES_BACKEND_CLASS": "partners.services.client_credentials.ClientScopes",
    "CLIENT_SECRET_HASHER": "client_secret",
    "CLIENT_SECRET_GENERATOR_LENGTH": 64,
}
API_REQUESTS_PER_MINUTE = env.int("API_REQUESTS_PER_MINUTE", 600)

REST_FRAMEWORK = {
    "DEFAULT_SCHEMA_CLASS": "channelhub.core.api.schema.ApiSchema",
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "channelhub.core.api.authentication.BearerAuthentication",
        "channelhub.core.api.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["channelhub.core.api.permissions.Scoped"],
    "DEFAULT_THROTTLE_CLASSES": ["channelhub.core.api.limits.ClientRate"],
    "DEFAULT_PAGINATION_CLASS": "channelhub.core.api.pagination.KeysetPagination",
    "DEFAULT_FILTER_BACKENDS": ["channelhub.core.api.filters.FilterBackend"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["channelhub.core.api.media.StrictJSONParser"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "channelhub.core.api.media.VersionedNegotiation",
    "DEFAULT_METADATA_CLASS": None,
    "EXCEPTION_HANDLER": "channelhub.core.api.problems.problem_handler",
    "URL_FORMAT_OVERRIDE": None,
}
SPECTACULAR_SETTINGS = {
    "ENUM_NAME_OVERRIDES": {
        "KindEnum": [(kind, kind) for kind in ("sell_in", "sell_through", "sell_out")],
        **{name: f"partners.enums.{name}" for name in ("AddressKind", "LicenceKind")},
    },
    "TITLE": "ChannelHub API",
    "DESCRIPTION": (
        "For the ERP systems of the maker and of its partners. Get a token with your client's id and secret from"
        " `/api/o/token/`; read changes with `updated_since` and `next_since`; send a new `Idempotency-Key` with each"
        " request that writes. Refusals are problem+json (RFC 9457); programs read `code`."
    ),
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SCHEMA_PATH_PREFIX": "/api/v1/",
    "POSTPROCESSING_HOOKS": ["drf_spectacular.hooks.postprocess_schema_enums", "channelhub.core.api.schema.complete"],
    "SERVE_INCLUDE_SCHEMA": False,
    "COMPONENT_SPLIT_REQUEST": True,
    "COMPONENT_NO_READ_ONLY_REQUIRED": True,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
}


def _broker(url: str) -> str:
    """Redis over a unix socket is spelt differently by Celery."""
    parts = urlsplit(url)
    return f"redis+socket://{parts.path}" if parts.scheme == "unix" else url


CELERY_BROKER_URL = env.str("CELERY_BROKER_URL", "") or _broker(REDIS_URL)
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULE_FILENAME = str(LOCAL_DIR / "celerybeat-schedule")
NIGHT_STARTS_AT = env.str("NIGHT_STARTS_AT", "02:00")
NIGHT_WORKERS = env.int("NIGHT_WORKERS", 1)  # at once; the others stay free for events and heartbeats
NIGHT_PARTNERS_A_CHUNK = env.int("NIGHT_PARTNERS_A_CHUNK", 250)
NIGHT_ACCOUNTS_A_CHUNK = env.int("NIGHT_ACCOUNTS_A_CHUNK", 2_000)
CELERY_BEAT_SCHEDULE = {
    "open the night": {"task": "performance.tasks.open_night", "schedule": crontab(*NIGHT_STARTS_AT.split(":")[::-1])},
    # A message that nobody took in time is dropped: the next one asks for the same.
    "work on the night": {"task": "performance.tasks.work_on_night", "schedule": 60.0, "options": {"expires": 60}},
    "dispatch events": {"task": "channelhub.core.tasks.dispatch_events", "schedule": 5.0, "options": {"expires": 5}},
    "digests": {"task": "channelhub.core.tasks.order_digests", "schedule": crontab(hour=8, minute=0)},
    "index": {"task": "channelhub.core.tasks.write_search_entries", "schedule": 5.0, "options": {"expires": 5}},
    "duplicates": {"task": "channelhub.core.tasks.compare_duplicates", "schedule": 60.0, "options": {"expires": 60}},
    "work on exports": {"task": "channelhub.core.tasks.work_on_exports", "schedule": 60.0},
    "forget what has expired": {"task": "channelhub.core.tasks.forget_expired", "schedule": crontab(hour=5, minute=30)},
    "escalate": {"task": "channelhub.core.tasks.escalate_overdue", "schedule": 300.0, "options": {"expires": 300}},
    "heartbeat": {"task": "channelhub.core.tasks.heartbeat", "schedule": 30.0, "options": {"expires": 30}},
}

EMAIL_BACKEND = env.str("EMAIL_BACKEND", "django.core.mail.backends.console.EmailBackend")
PUBLIC_URL = env.str("PUBLIC_URL", "http://localhost:8000")  # how letters name this installation
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "ChannelHub <channelhub@localhost>")

# Every line, also of libraries, carries the request's or the task's id. LOG_FORMAT: console for people, json for files.
_EVERY_LINE = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]
_RENDERERS = {
    # plain: the pretty tracebacks show local variables, passwords among them
    "console": [structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)],
    "json": [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(ensure_ascii=False)],
}
structlog.configure(
    processors=[
        structlog.stdlib.filter_by_level,
        *_EVERY_LINE,
        structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "lines": {
            "()": structlog.stdlib.ProcessorFormatter,
            "foreign_pre_chain": _EVERY_LINE,
            "processors": [
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                *_RENDERERS[env.str("LOG_FORMAT", "console")],
            ],
        },
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "lines"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", "WARNING")},
}
DJANGO_STRUCTLOG_CELERY_ENABLED = True
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False  # people appear by id only
# Who may read /metrics: whoever sends this bearer token; empty: everybody who reaches the port.
METRICS_TOKEN = env.str("METRICS_TOKEN", "")

ENVIRONMENT_NAME = env.str("ENVIRONMENT_NAME", "")
UNFOLD = {
    "SITE_TITLE": "ChannelHub",
    "SITE_HEADER": "ChannelHub",
    "SITE_SYMBOL": "hub",
    "SITE_FAVICONS": [
        {"rel": "icon", "type": "image/svg+xml", "href": "channelhub.core.admin.shell.icon"},
    ],
    "SITE_URL": None,
    "SHOW_LANGUAGES": True,
    "LANGUAGES": {"action": "channelhub.core.admin.shell.language_address"},
    "SHOW_HISTORY": True,
    "SHOW_VIEW_ON_SITE": False,
    "BORDER_RADIUS": "6px",
    "ENVIRONMENT": "channelhub.core.admin.shell.environment",
    "DASHBOARD_CALLBACK": "performance.admin.start.dashboard",
    "STYLES": ["channelhub.core.admin.shell.stylesheet"],
    "SCRIPTS": ["channelhub.core.admin.shell.script"],
    "TABS": "channelhub.core.admin.shell.tabs",
    "COMMAND": {"search_callback": "channelhub.core.admin.shell.search", "show_history": False},
    "SIDEBAR": {
        "show_search": True,
        "command_search": True,
        "show_all_applications": False,
        "navigation": "channelhub.core.admin.shell.navigation",
    },
    "COLORS": {
        "primary": {
            "50": "#eef5fc",
            "100": "#d9e8f8",
            "200": "#b4d1f1",
            "300": "#7cb8f5",
            "400": "#4a94e0",
            "500": "#1f74c7",
            "600": "#0456a3",
            "700": "#044886",
            "800": "#063a6b",
            "900": "#072f55",
            "950": "#051f39",
        },
    },
}
