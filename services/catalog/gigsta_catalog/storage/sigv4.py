"""Presigned URLs of S3, as AWS Signature Version 4 has them. No I/O.

Whoever holds one may do the one thing that it names, with the headers that it names, until it expires.
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import quote, urlsplit

_ALGORITHM = "AWS4-HMAC-SHA256"


@dataclass(frozen=True)
class Credentials:
    key_id: str
    secret: str = field(repr=False)
    region: str = "auto"


def presigned(
    method: str, url: str, credentials: Credentials, *, now: datetime, seconds: int, headers: Mapping[str, str]
) -> str:
    """The URL to send `method` to within so many seconds, with exactly these headers. `url` has no query yet."""
    parts = urlsplit(url)
    path = quote(parts.path or "/", safe="/~")
    signed = {"host": parts.netloc, **{name.lower(): value.strip() for name, value in headers.items()}}
    names = ";".join(sorted(signed))
    scope = f"{now:%Y%m%d}/{credentials.region}/s3/aws4_request"
    query = _encoded(
        {
            "X-Amz-Algorithm": _ALGORITHM,
            "X-Amz-Credential": f"{credentials.key_id}/{scope}",
            "X-Amz-Date": f"{now:%Y%m%dT%H%M%SZ}",
            "X-Amz-Expires": str(seconds),
            "X-Amz-SignedHeaders": names,
        }
    )
    lines = "".join(f"{name}:{signed[name]}\n" for name in sorted(signed))
    request = f"{method}\n{path}\n{query}\n{lines}\n{names}\nUNSIGNED-PAYLOAD"
    digest = hashlib.sha256(request.encode()).hexdigest()
    to_sign = "\n".join([_ALGORITHM, f"{now:%Y%m%dT%H%M%SZ}", scope, digest])
    signature = hmac.new(_key(credentials, now), to_sign.encode(), "sha256").hexdigest()
    return f"{parts.scheme}://{parts.netloc}{path}?{query}&X-Amz-Signature={signature}"


def _encoded(parameters: Mapping[str, str]) -> str:
    return "&".join(f"{name}={quote(value, safe='~')}" for name, value in sorted(parameters.items()))


def _key(credentials: Credentials, now: datetime) -> bytes:
    key = b"AWS4" + credentials.secret.encode()
    for part in (f"{now:%Y%m%d}", credentials.region, "s3", "aws4_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    return key
