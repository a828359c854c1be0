"""The web server's own log: a line for each request, without the secrets that some addresses hold."""

from typing import Any

from gunicorn.glogging import Logger

from core.masking import mask_secrets


class MaskingLogger(Logger):
    """Named by `--logger-class` wherever the server is started."""

    def atoms(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """What a line is made of: the request, where it came from, headers."""
        found = super().atoms(*args, **kwargs)
        return {
            name: mask_secrets(value) if isinstance(value, str) else value for name, value in found.items()
        }

    def exception(self, msg: Any, *args: Any, **kwargs: Any) -> None:
        """A failure, which names the request's address."""
        masked = [mask_secrets(value) if isinstance(value, str) else value for value in args]
        super().exception(msg, *masked, **kwargs)
