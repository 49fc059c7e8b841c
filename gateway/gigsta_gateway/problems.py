"""What the gateway itself has to say no to."""

from typing import Any

from gigsta_common.errors import BadRequest, Problem

HEAD_LIMIT = 64 * 1024
"""Bytes of a request's line and headers."""


class BadHeaders(BadRequest):
    """Headers that two servers might read in two ways."""

    code = "bad_headers"


class BadPath(BadRequest):
    code = "bad_path"


class MethodNotAllowed(Problem):
    status = 405
    code = "method_not_allowed"


class RequestTimeout(Problem):
    """The client stopped sending in the middle of a request."""

    status = 408
    code = "request_timeout"

    def __init__(self, detail: str) -> None:
        super().__init__(detail, headers={"Connection": "close"})  # or the rest of it would be waited for after all


class BodyTooLarge(Problem):
    status = 413
    code = "body_too_large"

    def __init__(self, limit: int, **options: Any) -> None:
        super().__init__(f"The body may have {limit} bytes at most.", **options)


class HeadTooLarge(Problem):
    status = 431
    code = "head_too_large"

    def __init__(self) -> None:
        super().__init__(f"The head of a request may have {HEAD_LIMIT} bytes at most.")


class BadGateway(Problem):
    """The service answered with something that is not HTTP."""

    status = 502
    code = "bad_upstream_response"
