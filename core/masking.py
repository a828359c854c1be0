"""Addresses whose path is a secret, as logs show them: who reads a log must not get in by it."""

import logging
import re

# An invitation, a new password, a confirmed address: whoever has the link may use it. The routes belong to apps above
# this one; a test asks them for their addresses.
_SECRETS = re.compile(r"(/(?:invitation|password/reset/key|confirm-email)/)[^/\s\"'?#]+")
MASK = r"\1***"


def mask_secrets(text: str) -> str:
    """The text with what is secret in its addresses left out."""
    return _SECRETS.sub(MASK, text)


class MaskingFormatter(logging.Formatter):
    """Lines of the log, tracebacks too, without such secrets."""

    def format(self, record: logging.LogRecord) -> str:
        return mask_secrets(super().format(record))
