"""Settings of the test suite: the real ones, with files on disk instead of S3 and quick passwords.

Tests of S3 itself override STORAGES with the real backend and a real server on loopback.
"""

import os

os.environ.setdefault("SECRET_KEY", "a-key-for-tests-only-that-protects-nothing-whatsoever-1234567890")

from spelunker.settings import *  # noqa: F403

STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": "/tmp/test_media/"},  # noqa: S108
    },
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
# Tests share their address, and in a minute more of them sign in and ask for letters than any person would.
ACCOUNT_RATE_LIMITS = {"login": "", "reset_password": ""}
STATIC_ROOT = None
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
DATABASES["default"]["CONN_MAX_AGE"] = 0  # noqa: F405
