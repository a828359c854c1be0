"""An OpenID Connect provider on loopback: honest, or as dishonest as a test asks for."""

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT_ID, CLIENT_SECRET = "spelunker", "a-secret-of-the-tests"
KID = "key-1"
# Making a key takes long, so all tests share two: the provider's, and a stranger's.
KEY, OTHER_KEY = (rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(2))


class IdentityProvider:
    """`person` are the claims of whoever signs in. The callables change what is sent just before it is."""

    def __init__(self) -> None:
        self.person: dict[str, Any] = {
            "sub": "dora-1",
            "email": "dora@example.com",
            "email_verified": True,
            "given_name": "Dora",
            "family_name": "Dale",
        }
        self.sign: Callable[[dict[str, Any]], str] = self.sign_well
        self.change_claims: Callable[[dict[str, Any]], None] = lambda claims: None
        self.change_userinfo: Callable[[dict[str, Any]], None] = lambda userinfo: None
        self.change_discovery: Callable[[dict[str, Any]], None] = lambda document: None
        self.change_token: Callable[[dict[str, Any]], None] = lambda token: None
        self.codes: dict[str, dict[str, str]] = {}
        self.down = False
        self.asked: list[str] = []
        provider = self

        class _Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                provider._get(self)

            def do_POST(self) -> None:
                provider._exchange(self)

            def log_message(self, *_: object) -> None:
                """Quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
        self.issuer = f"http://127.0.0.1:{self.server.server_port}/realm"

    def agree(self, authorize_url: str) -> dict[str, str]:
        """The person signs in there; what the browser then carries to the callback."""
        asked = dict(parse_qsl(urlsplit(authorize_url).query))
        assert asked["client_id"] == CLIENT_ID
        assert asked["response_type"] == "code"
        assert "openid" in asked["scope"]
        assert asked["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(8)
        self.codes[code] = asked
        return {"code": code, "state": asked["state"]}

    def sign_well(self, claims: dict[str, Any]) -> str:
        return jwt.encode(claims, KEY, algorithm="RS256", headers={"kid": KID})

    def _get(self, request: BaseHTTPRequestHandler) -> None:
        path = request.path.split("?")[0].removeprefix("/realm")
        self.asked.append(path)
        if self.down:
            self._send(request, {"error": "server_error"}, 503)
        elif path == "/.well-known/openid-configuration":
            document = {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "userinfo_endpoint": f"{self.issuer}/userinfo",
                "jwks_uri": f"{self.issuer}/keys",
            }
            self.change_discovery(document)
            self._send(request, document)
        elif path == "/keys":
            key = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key()))
            self._send(request, {"keys": [key | {"kid": KID, "alg": "RS256", "use": "sig"}]})
        elif path == "/userinfo":
            userinfo = dict(self.person)
            self.change_userinfo(userinfo)
            self._send(request, userinfo)
        elif path == "/authorize":
            asked = dict(parse_qsl(urlsplit(request.path).query))
            request.send_response(302)
            request.send_header("Location", f"{asked['redirect_uri']}?{urlencode(self.agree(request.path))}")
            request.end_headers()
        else:
            self._send(request, {}, 404)

    def _exchange(self, request: BaseHTTPRequestHandler) -> None:
        self.asked.append("/token")
        sent = dict(parse_qsl(request.rfile.read(int(request.headers["Content-Length"])).decode()))
        asked = self.codes.pop(sent.get("code", ""), None)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(sent.get("code_verifier", "").encode()).digest())
        if (
            asked is None
            or (sent.get("client_id"), sent.get("client_secret")) != (CLIENT_ID, CLIENT_SECRET)
            or sent["redirect_uri"] != asked["redirect_uri"]
            or challenge.decode().rstrip("=") != asked["code_challenge"]
        ):
            self._send(request, {"error": "invalid_grant"}, 400)
            return
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": CLIENT_ID, "iat": now, "exp": now + 300, "nonce": asked["nonce"]}
        claims |= self.person
        self.change_claims(claims)
        token = {"access_token": "access", "token_type": "Bearer", "id_token": self.sign(claims)}
        self.change_token(token)
        self._send(request, token)

    def _send(self, request: BaseHTTPRequestHandler, answer: dict[str, Any], status: int = 200) -> None:
        content = json.dumps(answer).encode()
        request.send_response(status)
        request.send_header("Content-Type", "application/json")
        request.send_header("Content-Length", str(len(content)))
        request.end_headers()
        request.wfile.write(content)


@contextmanager
def running_provider(settings: Any) -> Iterator[IdentityProvider]:
    """A provider that answers, and the settings that name it."""
    provider = IdentityProvider()
    thread = threading.Thread(target=provider.server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    settings.OIDC_SERVER_URL, settings.OIDC_NAME = provider.issuer, "Example ID"
    settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET = CLIENT_ID, CLIENT_SECRET
    settings.OIDC_ALLOWED_DOMAINS, settings.OIDC_ONLY = ["example.org"], False
    try:
        yield provider
    finally:
        provider.server.shutdown()
        provider.server.server_close()
        thread.join()
