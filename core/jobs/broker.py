"""What the broker holds: how many messages lie in each queue."""

from collections.abc import Iterable

from celery import current_app
from kombu import Connection
from kombu.exceptions import OperationalError as BrokerError

from core.exceptions import SpelunkerError


class BrokerUnreachable(SpelunkerError):
    """The broker does not answer."""


def queue_lengths(queues: Iterable[str]) -> dict[str, int]:
    """Messages that no worker has taken yet, by queue. Raises BrokerUnreachable.

    A queue that the broker does not know, or about which it does not tell us, holds none.
    """
    names = list(queues)
    if not names:
        return {}
    with current_app.connection_for_write() as connection:
        away: tuple[type[BaseException], ...] = (BrokerError, OSError, *connection.connection_errors)
        try:
            connection.ensure_connection(max_retries=1, timeout=2)
            return {name: _length(connection, name) for name in names}
        except away as error:
            raise BrokerUnreachable from error


def _length(connection: Connection, queue: str) -> int:
    refused: tuple[type[BaseException], ...] = connection.channel_errors
    try:
        # A channel each: brokers close the one on which they refuse.
        with connection.channel() as channel:
            return int(channel.queue_declare(queue, passive=True).message_count)  # type: ignore[attr-defined]
    except refused:
        return 0
