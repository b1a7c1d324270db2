"""Every setting, read once from the environment; without any, a demonstration on SQLite in ./var."""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path

import dj_database_url
from csp.constants import NONCE, NONE, SELF

PACKAGE = Path(__file__).resolve().parent


def flag(name: str, default: bool = False) -> bool:
    """Whether the environment variable says yes."""
    return os.environ.get(name, str(default)).strip().lower() in {"1", "true", "yes", "on", "oui"}


def words(name: str, default: str = "") -> list[str]:
    """The comma-separated words of the environment variable."""
    return [word.strip() for word in os.environ.get(name, default).split(",") if word.strip()]


def kept_secret(folder: Path) -> str:
    """The secret key of this installation, drawn at first use and kept in its home; of several first processes, one draws."""
    path = folder / "secret_key"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        drawn = folder / f".secret_key-{secrets.token_hex(8)}"
        drawn.touch(mode=0o600, exist_ok=False)
        drawn.write_text(secrets.token_urlsafe(50))
        with contextlib.suppress(FileExistsError):
            path.hardlink_to(drawn)  # whole from the start, and never over another's
        drawn.unlink()
    return path.read_text().strip()


# -- where this installation lives -------------------------------------------------------------------------------------
ENSEMBLEUR_HOME = Path(os.environ.get("ENSEMBLEUR_HOME", "var")).resolve()
ENSEMBLEUR_HOME.mkdir(parents=True, exist_ok=True)
DEMO = flag("ENSEMBLEUR_DEMO")
DEBUG = flag("DEBUG")
SECRET_KEY = os.environ.get("SECRET_KEY") or kept_secret(ENSEMBLEUR_HOME)
ALLOWED_HOSTS = words("ALLOWED_HOSTS", "127.0.0.1,localhost,[::1],testserver")
CSRF_TRUSTED_ORIGINS = words("CSRF_TRUSTED_ORIGINS")
MEDIA_ROOT = ENSEMBLEUR_HOME / "documents"
SEARCH_INDEX = ENSEMBLEUR_HOME / "index"

# -- what it is made of ------------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "ensembleur.journeys",
    "ensembleur.meetings",
    "ensembleur.schemes",
    "ensembleur.strategy",
    "ensembleur.accounts",
    "ensembleur.territory",
    "ensembleur.web",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "template_partials",
    "csp",
    "django_tasks",
    "django_tasks_db",
]
MIDDLEWARE = [
    "ensembleur.web.middleware.AccessLog",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "ensembleur.web.middleware.Sessions",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "ensembleur.accounts.views.second_factor.SecondFactorRequired",
    "ensembleur.web.middleware.ErrorsToAnswers",
]
ROOT_URLCONF = "ensembleur.urls"
WSGI_APPLICATION = "ensembleur.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "ensembleur.web.context.layout",
            ],
            "builtins": ["ensembleur.web.templatetags.ui", "template_partials.templatetags.partials"],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# The doors of the front page, in order: (audience, name of the page behind it). A door whose page is absent is not shown.
DOORS = [
    ("company", "journeys:start"),
    ("trade", "talent:home"),
    ("site", "land:home"),
    ("partner", "territory:search"),
    ("meet", "meetings:list"),
    ("advise", "journeys:adviser_home"),
    ("steer", "strategy:home"),
    ("opendata", "opendata:home"),
]

# -- what the site says of itself: the installation fills it in; empty is shown as « à compléter » ---------------------------
CONTACT_EMAIL = os.environ.get("CONTACT_EMAIL", "")
PUBLISHER = os.environ.get("PUBLISHER", "")
HOST = os.environ.get("HOST_NAME", "")
SOURCE_CODE_URL = os.environ.get("SOURCE_CODE_URL", "")

# -- database ----------------------------------------------------------------------------------------------------------
DATABASES = {"default": dj_database_url.config(default=f"sqlite:///{ENSEMBLEUR_HOME / 'ensembleur.sqlite3'}", conn_max_age=600)}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA mmap_size=134217728; PRAGMA cache_size=-20000;",
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# -- people ------------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True  # a code typed in the same window: links are opened by mail scanners
ACCOUNT_ADAPTER = "ensembleur.accounts.views.adapters.AccountAdapter"
ACCOUNT_SIGNUP_FORM_CLASS = "ensembleur.accounts.forms.SignupName"
ALLAUTH_TRUSTED_PROXY_COUNT = int(flag("ENSEMBLEUR_BEHIND_PROXY"))  # whose address the rate limits count; never stored
LOGIN_REDIRECT_URL = "accounts:home"
LOGIN_URL = "account_login"
# Where each role lands after signing in; a person with several roles goes to the first of this list.
ROLE_HOMES = {
    "director": "journeys:mine",
    "contributor": "journeys:mine",
    "adviser": "journeys:adviser_home",
    "officer": "journeys:officer_home",
    "second_reader": "journeys:officer_home",
    "committee": "strategy:room",
    "evaluator": "strategy:room",
    "admin": "accounts:people",
}
SECOND_FACTOR_REQUIRED = not DEMO  # agents and administrators set up a second factor before anything else
MFA_ADAPTER = "ensembleur.accounts.views.adapters.MFAAdapter"
SOCIALACCOUNT_ADAPTER = "ensembleur.accounts.views.adapters.SocialAccountAdapter"
PROCONNECT_URL = os.environ.get("PROCONNECT_URL", "")
_PROCONNECT = {"provider_id": "proconnect", "name": "ProConnect"}
_PROCONNECT |= {"client_id": os.environ.get("PROCONNECT_CLIENT_ID", ""), "secret": os.environ.get("PROCONNECT_SECRET", "")}
# It only lets in services that answer for their addresses.
_PROCONNECT |= {"settings": {"server_url": PROCONNECT_URL, "verified_email": True}}
_PROCONNECT_CLASS = "ensembleur.accounts.views.proconnect.provider.ProConnectProvider"
_PROCONNECT_APPS = [_PROCONNECT] if PROCONNECT_URL else []
SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"provider_class": _PROCONNECT_CLASS, "APPS": _PROCONNECT_APPS}}

# -- e-mails and later jobs --------------------------------------------------------------------------------------------
EMAIL_BACKEND = os.environ.get("EMAIL_BACKEND", "django.core.mail.backends.console.EmailBackend")
EMAIL_HOST, EMAIL_PORT = os.environ.get("EMAIL_HOST", "localhost"), int(os.environ.get("EMAIL_PORT", "25"))
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = os.environ.get("EMAIL_HOST_USER", ""), os.environ.get("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS, EMAIL_TIMEOUT = flag("EMAIL_USE_TLS"), 30  # seconds: a silent mail server holds nobody for ever
DEFAULT_FROM_EMAIL = os.environ.get("DEFAULT_FROM_EMAIL", "ensembleur@localhost")
SITE_URL = os.environ.get("SITE_URL", "http://127.0.0.1:8000").rstrip("/")  # where the links of an e-mail lead
_TASKS = "django_tasks.backends.immediate.ImmediateBackend" if DEMO else "django_tasks_db.DatabaseBackend"
TASKS = {"default": {"BACKEND": _TASKS}, "long": {"BACKEND": "django_tasks_db.DatabaseBackend"}}  # what lasts waits apart

# -- language, time ----------------------------------------------------------------------------------------------------
LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", "Français"), ("en", "English")]
USE_TZ = True
TIME_ZONE = "Europe/Paris"

# -- files the browser fetches -----------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = ENSEMBLEUR_HOME / "static"
_HASHED = "whitenoise.storage.CompressedManifestStaticFilesStorage"
_STATIC = "django.contrib.staticfiles.storage.StaticFilesStorage" if DEBUG else _HASHED
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": _STATIC},
}
WHITENOISE_USE_FINDERS = True
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
MAP_TILES_URL = os.environ.get("MAP_TILES_URL", "")  # such as the IGN's WMTS; empty: our own outlines only
AWARD_SIRET = os.environ.get("AWARD_SIRET", "")  # the SIRET of the body that signs the grants, for the open data of grants

# -- safety ------------------------------------------------------------------------------------------------------------
HTTPS = flag("ENSEMBLEUR_HTTPS")
SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if flag("ENSEMBLEUR_BEHIND_PROXY") else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "ensembleur.web.views.expired_form"
_SIGN_IN, _TILES = (["/".join(url.split("/")[:3])] if url else [] for url in (PROCONNECT_URL, MAP_TILES_URL))
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:", "blob:", *_TILES],
        "connect-src": [SELF, *_TILES],
        "worker-src": [SELF, "blob:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF, *_SIGN_IN],
        "frame-ancestors": [NONE],
    }
}

# -- logs --------------------------------------------------------------------------------------------------------------
_LOG_FORMAT = os.environ.get("LOG_FORMAT", "json")
_LOG_FIELDS = "%(asctime)s %(levelname)s %(name)s %(request_id)s %(message)s"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {"()": "pythonjsonlogger.json.JsonFormatter", "format": _LOG_FIELDS},
        "plain": {"format": "%(levelname)s %(name)s: %(message)s"},
    },
    "filters": {"request_id": {"()": "ensembleur.web.middleware.RequestIdFilter"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": _LOG_FORMAT, "filters": ["request_id"]}},
    "root": {"handlers": ["console"], "level": os.environ.get("LOG_LEVEL", "WARNING")},
    "loggers": {"ensembleur.access": {"level": os.environ.get("ACCESS_LOG_LEVEL", "INFO")}},
}
