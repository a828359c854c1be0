"""Addresses that no request of ours may go to, in every way of writing them, and a network that is not there."""

import socket
from typing import Any

import pytest
from urllib3.util import connection as urllib3_connection

ODD_FORMS = [
    "http://127.1/",
    "http://127.0.1/",
    "http://0x7f000001/",
    "http://0x7f.0.0.1/",
    "http://0177.0.0.1/",
    "http://2130706433/",
    "http://0/",
    "http://①②⑦.⓪.⓪.①/",
    "http://①②⑦。⓪。⓪。①/",
    "http://１２７.1/",
    "http://127.0.0.1/",
    "http://127.0.0.1./",
    "http://%31%32%37.0.0.1/",
    "http://localhost/",
    "http://localhost./",
    "http://LOCALHOST/",
    "http://0.0.0.0/",
    "http://10.0.0.8/",
    "http://100.64.0.1/",
    "http://172.16.9.9/",
    "http://192.168.1.1/",
    "http://169.254.169.254/latest/meta-data/",
    "http://192.0.0.192/",
    "http://192.88.99.1/",
    "http://198.18.0.1/",
    "http://224.0.0.1/",
    "http://239.255.255.250/",
    "http://255.255.255.255/",
    "http://[::]/",
    "http://[::1]/",
    "http://[0:0:0:0:0:0:0:1]/",
    "http://[::127.0.0.1]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:7f00:1]/",
    "http://[::ffff:169.254.169.254]/",
    "http://[::ffff:a9fe:a9fe]/",
    "http://[64:ff9b::7f00:1]/",
    "http://[64:ff9b::169.254.169.254]/",
    "http://[64:ff9b:1::7f00:1]/",
    "http://[2002:7f00:1::]/",
    "http://[2001:0:7f00:1::]/",
    "http://[2001:db8::1]/",
    "http://[fe80::1]/",
    "http://[fe80::1%25eth0]/",
    "http://[fc00::1]/",
    "http://[fd00:ec2::254]/",
    "http://168.63.129.16/",
    "http://metadata.google.internal/",
    "http://[fec0::1]/",
    "http://[ff02::1]/",
    "https://127.1/",
]
NO_WEB_ADDRESS = [
    "file:///etc/passwd",
    "gopher://example.com/",
    "ftp://example.com/",
    "javascript:alert(1)",
    "//example.com/",
    "http://user@example.com/",
    "http://user:secret@example.com/",
    "http://example.com@127.0.0.1/",
    "http://example.com\\@127.0.0.1/",
    "http://example.com:22/",
    "http://example.com:6379/",
    "http://example.com:0/",
    "http://example.com:99999/",
    "http://exa mple.com/",
    "http://example.com/\r\nX-Injected: 1",
    "http://exam\tple.com/",
    "http:///path",
    "http://[::1/",
    "http://-.example.com/",
    "http://" + "a" * 300 + ".com/",
    "http://example.com/" + "a" * 3000,
]


def refuse_to_connect(*arguments: Any, **_: Any) -> Any:
    raise AssertionError(f"a connection was made to {arguments}")


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(urllib3_connection, "create_connection", refuse_to_connect)
    monkeypatch.setattr(socket.socket, "connect", refuse_to_connect)
