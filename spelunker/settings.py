"""All settings of Spelunker, read from the environment (and `.env`) through django-environ.

The same file serves the embedded stack (`make run`), docker-compose and production: only the
environment differs. `.env.example` names every variable.
"""

import sys
from pathlib import Path

import environ
from boto3.s3.transfer import TransferConfig
from botocore.config import Config as BotoConfig
from celery.schedules import crontab
from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from spelunker.setting_checks import check_language_model, check_reranker, check_single_sign_on

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.Env(
    DEBUG=(bool, False),
    SECRET_KEY=(str, ""),
    ALLOWED_HOSTS=(list, ["localhost", "127.0.0.1", "[::1]"]),
    CSRF_TRUSTED_ORIGINS=(list, []),
    DATABASE_URL=(str, "postgres://spelunker@127.0.0.1:5432/spelunker"),
    REDIS_URL=(str, "redis://127.0.0.1:6379/0"),
    S3_ACCESS_KEY=(str, ""),
    S3_SECRET_KEY=(str, ""),
    S3_BUCKET_NAME=(str, "spelunker-documents"),
    S3_ENDPOINT_URL=(str, "http://localhost:9000"),
    S3_USE_SSL=(bool, False),
    S3_DEFAULT_ACL=(str, "private"),
    S3_REGION_NAME=(str, "us-east-1"),
    S3_URL_EXPIRY=(int, 300),
    EMAIL_URL=(str, "consolemail://"),
)
if (BASE_DIR / ".env").exists():
    env.read_env(BASE_DIR / ".env")

# --- Safety -------------------------------------------------------------------------------------

DEBUG = env("DEBUG")
# Plain HTTP is for one machine's loopback only; everything else says HTTPS=1.
HTTPS = env.bool("HTTPS", default=False)

# Never used to serve: without a key, commands that touch no session or signature still work.
_NO_KEY = "no-secret-key-is-set-so-nothing-can-be-served"
_KNOWN_DEFAULTS = {"changeme", "secret", "change-me", "insecure"}
SECRET_KEY = env("SECRET_KEY") or _NO_KEY
if HTTPS and (SECRET_KEY == _NO_KEY or SECRET_KEY.lower() in _KNOWN_DEFAULTS or len(SECRET_KEY) < 50):
    raise ImproperlyConfigured("SECRET_KEY must be a random value of at least 50 characters.")
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
API_KEY_PEPPER = env("API_KEY_PEPPER", default="") or SECRET_KEY

ALLOWED_HOSTS = env("ALLOWED_HOSTS")
CSRF_TRUSTED_ORIGINS = env("CSRF_TRUSTED_ORIGINS")

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
if HTTPS:
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    SESSION_COOKIE_NAME = "__Host-sessionid"
    CSRF_COOKIE_NAME = "__Host-csrftoken"
    SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
    SECURE_REDIRECT_EXEMPT = [r"^health/"]
    SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=31_536_000)
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

# --- Applications -------------------------------------------------------------------------------

INSTALLED_APPS = [
    "core",
    "themis",
    "solution_library",
    "rag",
    "rfp_manager",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.mfa",
    "allauth.usersessions",
    "django_htmx",
    "template_partials",
    "csp",
    "import_export",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "core.middleware.AuditMiddleware",
    "core.middleware.ConfidentialMiddleware",
    "themis.middleware.SignInRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "themis.middleware.PreferencesMiddleware",
    "themis.middleware.RecentItemsMiddleware",
    "themis.middleware.FailuresInWordsMiddleware",
    "core.middleware.StorableQueryMiddleware",
]

ROOT_URLCONF = "spelunker.urls"
WSGI_APPLICATION = "spelunker.wsgi.application"
FORM_RENDERER = "themis.forms.DaisyFormRenderer"

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
                "csp.context_processors.nonce",
                "themis.context_processors.shell",
            ],
        },
    },
]

# --- Database, broker -----------------------------------------------------------------------------

DATABASES = {"default": env.db_url("DATABASE_URL")}
DATABASES["default"]["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=600)
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DATABASES["default"].setdefault("OPTIONS", {}).setdefault("connect_timeout", 5)
# Only the statements that ask for it are prepared, not whatever ran a few times. A pooler that gives each transaction
# another connection may not know of them.
if env.bool("DATABASE_PREPARED_STATEMENTS", default=True):
    DATABASES["default"]["OPTIONS"]["prepare_threshold"] = sys.maxsize
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": env("REDIS_URL"),
        "KEY_PREFIX": "spelunker",
        "OPTIONS": {"socket_connect_timeout": 2, "socket_timeout": 2},
    }
}

CELERY_BROKER_URL = env("REDIS_URL")
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    # A task has to end (hard limit below) before the broker hands its message to somebody else.
    "visibility_timeout": env.int("BROKER_VISIBILITY_TIMEOUT", default=7200),
    "unacked_restore_throttle": 1,
    "socket_connect_timeout": 2,
    "socket_timeout": 10,
    "max_retries": 1,
    "interval_start": 0,
    "interval_max": 0.2,
}
CELERY_TASK_ACKS_LATE = True
# False: a lost worker's message is requeued by task_retry_on_worker_lost, with a bounded count.
CELERY_TASK_REJECT_ON_WORKER_LOST = False
CELERY_TASK_RETRY_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TASK_TIME_LIMIT = env.int("TASK_TIME_LIMIT", default=7000)
CELERY_TASK_SOFT_TIME_LIMIT = env.int("TASK_SOFT_TIME_LIMIT", default=6900)
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE = {
    "sweep-jobs": {"task": "core.tasks.sweep_jobs", "schedule": 10.0},
    "purge-partial-uploads": {"task": "core.tasks.purge_partial_uploads", "schedule": 3600.0},
    "check-storage": {"task": "core.tasks.check_storage_daily", "schedule": crontab(hour=3, minute=20)},
    "sync-due-sources": {"task": "solution_library.tasks.sync_due_sources", "schedule": 60.0},
    "purge-deleted-documents": {
        "task": "solution_library.tasks.purge_deleted_documents",
        "schedule": 3600.0,
    },
    "request-due-deliveries": {"task": "themis.tasks.request_due_deliveries", "schedule": 10.0},
    "purge-webhook-deliveries": {"task": "themis.tasks.purge_webhook_deliveries", "schedule": 3600.0},
    "forget-old-rows": {"task": "themis.tasks.forget_old_rows", "schedule": crontab(hour=3, minute=50)},
    "remind-owners": {
        "task": "solution_library.tasks.remind_owners_daily",
        "schedule": crontab(hour=5, minute=30),
    },
    "remind-assignees": {
        "task": "rfp_manager.tasks.remind_assignees_daily",
        "schedule": crontab(hour=5, minute=40),
    },
    "remind-of-due-dates": {"task": "rfp_manager.tasks.remind_of_due_dates", "schedule": 900.0},
    "send-due-mails": {"task": "themis.tasks.send_due_mails", "schedule": 60.0},
    "write-digests": {"task": "themis.tasks.write_digests", "schedule": 300.0},
    "compare-documents": {"task": "solution_library.tasks.compare_documents", "schedule": 60.0},
    "retake-pending-documents": {"task": "rag.tasks.retake_pending_documents", "schedule": 60.0},
    "reembed-outdated": {"task": "rag.tasks.reembed_outdated", "schedule": 30.0},
}

# From how many days before a question is due on whoever has it is reminded of it.
REMINDER_DAYS = env.int("REMINDER_DAYS", default=3)

# A running job whose heartbeat is older than this is taken from its worker.
JOB_LEASE_SECONDS = env.int("JOB_LEASE_SECONDS", default=30)
JOB_MAX_ATTEMPTS = env.int("JOB_MAX_ATTEMPTS", default=3)

# --- Files ----------------------------------------------------------------------------------------

if env("S3_DEFAULT_ACL") != "private":
    raise ImproperlyConfigured("S3_DEFAULT_ACL must be 'private': every file of Spelunker is confidential.")

STORAGES = {
    "default": {
        "BACKEND": "storages.backends.s3boto3.S3Boto3Storage",
        "OPTIONS": {
            "access_key": env("S3_ACCESS_KEY"),
            "secret_key": env("S3_SECRET_KEY"),
            "bucket_name": env("S3_BUCKET_NAME"),
            "endpoint_url": env("S3_ENDPOINT_URL") or None,
            "use_ssl": env("S3_USE_SSL"),
            "default_acl": env("S3_DEFAULT_ACL"),
            "region_name": env("S3_REGION_NAME"),
            "file_overwrite": False,
            "querystring_auth": True,
            "querystring_expire": min(env("S3_URL_EXPIRY"), 300),
            "verify": env.bool("S3_VERIFY_SSL", default=True),
            # Above this an object being read or written lies in a temporary file, not in memory.
            "max_memory_size": 5 * 1024 * 1024,
            # Thousands of chunk texts are small: starting threads for each costs more than sending it.
            "transfer_config": TransferConfig(use_threads=False),
            "client_config": BotoConfig(
                signature_version="s3v4",
                s3={"addressing_style": env("S3_ADDRESSING_STYLE", default="path")},
                connect_timeout=3,
                read_timeout=30,
                retries={"total_max_attempts": 2, "mode": "standard"},
                # Several S3 servers do not know the newer checksum trailers.
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
            ),
        },
    },
    # Static files are served locally, never from S3.
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

# The store's address as browsers see it. Empty: downloads are streamed through the application.
S3_PUBLIC_ENDPOINT_URL = env("S3_PUBLIC_ENDPOINT_URL", default="")

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = env("STATIC_ROOT", default=str(BASE_DIR / "staticfiles"))
# Without a collected folder (make run) the finders serve straight from the source tree.
WHITENOISE_USE_FINDERS = not Path(STATIC_ROOT).is_dir()
WHITENOISE_MAX_AGE = 3600

UPLOAD_MAX_BYTES = env.int("UPLOAD_MAX_MB", default=100) * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FILES = 200
FILE_UPLOAD_HANDLERS = [
    "core.upload_limits.LimitedUploadHandler",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "core.upload_limits.SpaceAwareUploadHandler",
]

# --- People ---------------------------------------------------------------------------------------

AUTH_USER_MODEL = "core.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "themis:dashboard"
ACCOUNT_ADAPTER = "themis.adapters.ClosedSignupAdapter"
ACCOUNT_FORMS = {"login": "themis.forms.sign_in.SignInForm"}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_RATE_LIMITS = {"login_failed": "10/m/ip,5/5m/key"}
# How many proxies in front of us may be believed about the client's address; 0 ignores X-Forwarded-For.
TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=0)
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXY_COUNT
# Requests a minute to the REST API; beyond them it answers 429.
API_RATE_PER_KEY = env.int("API_RATE_PER_KEY", default=600)
API_RATE_PER_USER = env.int("API_RATE_PER_USER", default=1200)
# Refused keys from one address.
API_RATE_PER_ADDRESS = env.int("API_RATE_PER_ADDRESS", default=60)
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = False
MFA_ADAPTER = "themis.adapters.TwoFactorAdapter"

# --- Single sign-on -------------------------------------------------------------------------------

# The issuer of an OpenID Connect provider. Empty: people sign in by password, and no page speaks of it.
OIDC_SERVER_URL = env("OIDC_SERVER_URL", default="").rstrip("/")
# As the sign-in page calls it.
OIDC_NAME = env("OIDC_NAME", default="") or "single sign-on"
OIDC_CLIENT_ID = env("OIDC_CLIENT_ID", default="")
OIDC_CLIENT_SECRET = env("OIDC_CLIENT_SECRET", default="")
# Whose address ends in one of these gets an account (as a viewer) with their first sign-in, uninvited.
OIDC_ALLOWED_DOMAINS = [domain.strip().lower() for domain in env.list("OIDC_ALLOWED_DOMAINS", default=[])]
# Nobody signs in by password any more.
OIDC_ONLY = env.bool("OIDC_ONLY", default=False)
check_single_sign_on(
    OIDC_SERVER_URL,
    client_id=OIDC_CLIENT_ID,
    client_secret=OIDC_CLIENT_SECRET,
    domains=OIDC_ALLOWED_DOMAINS,
    only=OIDC_ONLY,
)
SOCIALACCOUNT_ADAPTER = "themis.adapters.SingleSignOnAdapter"
SOCIALACCOUNT_STORE_TOKENS = False
# Accounts are connected by our own rules (themis.services.single_sign_on), not by allauth's.
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
SOCIALACCOUNT_REQUESTS_TIMEOUT = 10

# --- Mail, first administrator, language ----------------------------------------------------------

vars().update(env.email_url("EMAIL_URL"))
EMAIL_TIMEOUT = env.int("EMAIL_TIMEOUT", default=10)  # a page waits for the mail server
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default="Spelunker <spelunker@localhost>")

# Scripted first starts: who the first administrator is (made up and printed when empty).
INITIAL_ADMIN_EMAIL = env("SPELUNKER_ADMIN_EMAIL", default="")
INITIAL_ADMIN_PASSWORD = env("SPELUNKER_ADMIN_PASSWORD", default="")

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("de", "Deutsch"), ("fr", "Français")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = env("TIME_ZONE", default="UTC")
USE_I18N = True
USE_TZ = True

# --- Embedding, search, drafting ------------------------------------------------------------------

EMBEDDING_PROVIDER = env("EMBEDDING_PROVIDER", default="bundled")
if EMBEDDING_PROVIDER not in {"bundled", "openai"}:
    raise ImproperlyConfigured("EMBEDDING_PROVIDER must be 'bundled' or 'openai'.")
# Empty: the model and tokenizer that ship inside Python packages.
EMBEDDING_MODEL_PATH = env("EMBEDDING_MODEL_PATH", default="")
EMBEDDING_TOKENIZER_PATH = env("EMBEDDING_TOKENIZER_PATH", default="")
EMBEDDING_API_URL = env("EMBEDDING_API_URL", default="")
EMBEDDING_API_KEY = env("EMBEDDING_API_KEY", default="")
EMBEDDING_MODEL_NAME = env("EMBEDDING_MODEL_NAME", default="")
EMBEDDING_THREADS = env.int("EMBEDDING_THREADS", default=0)  # 0: one per usable core
# none: the first search's order stands. endpoint, tei: a server that speaks the rerank protocol, tei being the dialect
# of text-embeddings-inference. local: an ONNX cross-encoder on this machine.
RERANKER_PROVIDER = env("RERANKER_PROVIDER", default="none") or "none"
RERANKER_API_URL = env("RERANKER_API_URL", default="").rstrip("/")
RERANKER_API_KEY = env("RERANKER_API_KEY", default="")
RERANKER_MODEL_NAME = env("RERANKER_MODEL_NAME", default="")
RERANKER_MODEL_PATH = env("RERANKER_MODEL_PATH", default="")
RERANKER_TOKENIZER_PATH = env("RERANKER_TOKENIZER_PATH", default="")
check_reranker(
    RERANKER_PROVIDER,
    url=RERANKER_API_URL,
    model=RERANKER_MODEL_NAME,
    files=(RERANKER_MODEL_PATH, RERANKER_TOKENIZER_PATH),
)
SEARCH_LANGUAGE = env("SEARCH_LANGUAGE", default="english")
# Drafts whose confidence (0 to 1) is below this are given up as "the library does not answer this".
DRAFT_MIN_CONFIDENCE = env.float("DRAFT_MIN_CONFIDENCE", default=0.5)

# --- Language model -------------------------------------------------------------------------------

# Empty: administrators choose it on a page of theirs, and nothing else of this part is read. Otherwise these hold.
# none: drafts are sentences quoted from the library. openai: any OpenAI-compatible endpoint, also a local one.
LLM_PROVIDER = env("LLM_PROVIDER", default="")
LLM_API_URL = env("LLM_API_URL", default="").rstrip("/")
LLM_API_KEY = env("LLM_API_KEY", default="")
LLM_MODEL = env("LLM_MODEL", default="")
# For one reply, with what is tried again for it.
LLM_TIMEOUT_SECONDS = env.float("LLM_TIMEOUT_SECONDS", default=60.0)
# Questions that one draft run has under way at the same time.
LLM_CONCURRENCY = env.int("LLM_CONCURRENCY", default=8)
LLM_MAX_TOKENS = env.int("LLM_MAX_TOKENS", default=2000)
# Prices of a million tokens, and what one RFP's drafts and summaries may cost together (0: no limit).
LLM_CURRENCY = env("LLM_CURRENCY", default="USD")
LLM_INPUT_PRICE = env.float("LLM_INPUT_PRICE", default=0.0)
LLM_OUTPUT_PRICE = env.float("LLM_OUTPUT_PRICE", default=0.0)
LLM_BUDGET_PER_RFP = env.float("LLM_BUDGET_PER_RFP", default=0.0)
check_language_model(
    LLM_PROVIDER,
    url=LLM_API_URL,
    api_key=LLM_API_KEY,
    model=LLM_MODEL,
    seconds=LLM_TIMEOUT_SECONDS,
    concurrency=LLM_CONCURRENCY,
    max_tokens=LLM_MAX_TOKENS,
    prices=(LLM_INPUT_PRICE, LLM_OUTPUT_PRICE),
    budget=LLM_BUDGET_PER_RFP,
)

# --- Documentation sites --------------------------------------------------------------------------

# Private hosts that may be read although they are not on the public internet: `host` or `host:port`.
SCRAPER_ALLOWED_HOSTS = env.list("SCRAPER_ALLOWED_HOSTS", default=[])
SCRAPER_ALLOWED_PORTS = [int(port) for port in env.list("SCRAPER_ALLOWED_PORTS", default=["80", "443"])]
SCRAPER_USER_AGENT = env(
    "SCRAPER_USER_AGENT", default="Spelunker/1.0 (reads documentation for its own library)"
)
# The pause between two requests to one site; a longer one that its robots.txt asks for wins.
SCRAPER_DELAY_SECONDS = env.float("SCRAPER_DELAY_SECONDS", default=0.5)
SCRAPER_MAX_PAGE_BYTES = env.int("SCRAPER_MAX_PAGE_MB", default=5) * 1024 * 1024
SCRAPER_PAGE_SECONDS = env.float("SCRAPER_PAGE_SECONDS", default=30.0)
# One sync ends by itself before the worker's time limit would end it.
SCRAPER_MAX_SECONDS = env.float("SCRAPER_MAX_SECONDS", default=CELERY_TASK_SOFT_TIME_LIMIT * 0.9)

# --- Webhooks -------------------------------------------------------------------------------------

# Receivers in your own network: `host` or `host:port`. These may also be asked without https.
WEBHOOK_ALLOWED_HOSTS = env.list("WEBHOOK_ALLOWED_HOSTS", default=[])
# Where people reach this installation, for links in what is sent to other programs. Empty: paths only.
SITE_URL = env("SITE_URL", default="").rstrip("/")
if SITE_URL and not SITE_URL.startswith(("http://", "https://")):
    raise ImproperlyConfigured("SITE_URL must begin with http:// or https://.")

# --- Logging --------------------------------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {
            "()": "core.masking.MaskingFormatter",
            "format": "%(asctime)s %(levelname)s %(name)s %(message)s",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL", default="INFO")},
    "loggers": {
        "httpx2": {"level": "WARNING"},  # a line for every request to a language model
    },
}
