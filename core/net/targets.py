"""From a URL to the network addresses that a request for it may go to, or a refusal in words."""

import ipaddress
import re
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

import idna
from django.utils.translation import gettext as _

from core.net.addresses import IPAddress, is_metadata_name, is_private_network, is_public
from core.net.errors import AddressRefused, FetchFailed
from core.net.policy import AddressPolicy

# Asks the name service: the addresses of a host name, as text.
Resolver = Callable[[str, int], Sequence[str]]

_MAX_URL = 2000
_DEFAULT_PORTS = {"http": 80, "https": 443}
_UNCLEAN = re.compile(r"[\x00-\x20\x7f\\]")
_NAME = re.compile(
    r"(?=.{1,253}\Z)[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?)*"
)
# What a resolver would read as a number: 127.1, 0x7f000001, 2130706433, 0177.0.0.1
_NUMBER = re.compile(r"(?:.*\.)?(?:0x[0-9a-f]*|[0-9]+)")
# Everything that may stand in a request line as it is; "%" too, for what is quoted already.
_SAFE_IN_TARGET = "%/?:@!$&'()*+,;=-._~"


@dataclass(frozen=True)
class Target:
    """A URL taken apart: `host` in ASCII and lower case, `path` with the query, as sent to the server."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def host_header(self) -> str:
        name = f"[{self.host}]" if ":" in self.host else self.host
        return name if self.port == _DEFAULT_PORTS[self.scheme] else f"{name}:{self.port}"


def parse_target(url: str, policy: AddressPolicy) -> Target:
    """Raises AddressRefused for whatever is not plainly a web address on an admitted port."""
    if len(url) > _MAX_URL:
        raise AddressRefused(_("The address is longer than %(limit)s characters.") % {"limit": _MAX_URL})
    if _UNCLEAN.search(url):
        raise AddressRefused(_("The address holds blanks, backslashes or control characters. Check it."))
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise AddressRefused(_("This is not a web address. Check it for typing errors.")) from error
    if parts.scheme not in _DEFAULT_PORTS:
        raise AddressRefused(_("Only addresses that start with http:// or https:// can be used."))
    if "@" in parts.netloc:
        raise AddressRefused(_("The address holds a user name or password, which is not sent. Take it out."))
    host = _clean_host(parts.hostname or "")
    if is_metadata_name(host):
        said = _("%(host)s is the name of a metadata service. Nothing is asked of those.")
        raise AddressRefused(said % {"host": host})
    port = _DEFAULT_PORTS[parts.scheme] if port is None else port
    if not policy.admits_port(host, port):
        raise AddressRefused(_refused_port(port, policy))
    path = quote(parts.path or "/", safe=_SAFE_IN_TARGET)
    if parts.query:
        path += "?" + quote(parts.query, safe=_SAFE_IN_TARGET)
    return Target(parts.scheme, host, port, path)


def resolve(target: Target, policy: AddressPolicy, resolver: Resolver) -> list[IPAddress]:
    """The addresses to connect to, each of them checked. Asks the name service once.

    Raises AddressRefused if any of them is not public (unless this host is let in by name), and
    FetchFailed when there is no such name.
    """
    literal = literal_address(target.host)
    try:
        found = (
            [literal] if literal else [ipaddress.ip_address(a) for a in resolver(target.host, target.port)]
        )
    except ValueError as error:  # an address with a zone, as link-local ones have
        raise _refusal(target, policy) from error
    except OSError as error:
        raise FetchFailed(
            _("There is no site called %(host)s, or the name service does not answer.")
            % {"host": target.host}
        ) from error
    if not found:
        raise FetchFailed(_("There is no site called %(host)s.") % {"host": target.host})
    let_in = policy.admits_private(target.host, target.port)
    if not all(is_public(address) or (let_in and is_private_network(address)) for address in found):
        raise _refusal(target, policy)
    return list(dict.fromkeys(found))


def check_target(url: str, policy: AddressPolicy) -> Target:
    """What a form can say of an address without asking the name service, which may keep a request waiting.

    Raises AddressRefused as `parse_target` does, and for a private address written as such or as "localhost".
    """
    target = parse_target(url, policy)
    this_machine = target.host == "localhost" or target.host.endswith(".localhost")
    if literal_address(target.host):
        resolve(target, policy, system_resolver)
    elif this_machine and not policy.admits_private(target.host, target.port):
        raise _refusal(target, policy)
    return target


def system_resolver(host: str, port: int) -> list[str]:
    return [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def _refusal(target: Target, policy: AddressPolicy) -> AddressRefused:
    if policy.any_private:
        said = _("%(host)s is a link-local, reserved or metadata address. Nothing is asked of those.")
        return AddressRefused(said % {"host": target.host})
    said = _("%(host)s is not on the public internet.") % {"host": target.host}
    if policy.setting:
        way_out = _("An administrator can allow a site of your own network with %(setting)s.")
        said = f"{said} {way_out % {'setting': policy.setting}}"
    return AddressRefused(said)


def _refused_port(port: int, policy: AddressPolicy) -> str:
    said = _("Port %(port)s is not one that is asked.") % {"port": port}
    if not policy.setting:
        return said
    way_out = _("An administrator can allow it with %(setting)s.") % {"setting": policy.setting}
    return f"{said} {way_out}"


def _clean_host(host: str) -> str:
    """The host in the one form that is compared, resolved and sent. Raises AddressRefused."""
    host = host.removesuffix(".")
    if not host.isascii():
        try:
            # Maps circled and full-width characters to the plain ones that they stand for.
            host = idna.encode(host, uts46=True).decode("ascii").removesuffix(".")
        except idna.IDNAError as error:
            raise AddressRefused(_("The host name in the address is not a valid one. Check it.")) from error
    host = host.lower()
    address = literal_address(host)
    if address is not None:
        return str(address)
    if _NUMBER.fullmatch(host):
        raise AddressRefused(_("The host is a number in an unusual form. Write the site's name instead."))
    if not _NAME.fullmatch(host):
        raise AddressRefused(_("The host name in the address is not a valid one. Check it."))
    return host


def literal_address(host: str) -> IPAddress | None:
    """The address, where a host is written as one and no name service is to be asked."""
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None
