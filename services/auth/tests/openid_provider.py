"""An OpenID provider, made of Authlib's server parts, on a port of its own; and what it can be made to do wrong.

It speaks the whole of the authorization code flow: a page to which browsers are sent, codes that are good once and
bound to client, redirect URI and PKCE challenge, signed id_tokens, and published keys. `/me` is the profile endpoint of
a provider that does not speak OpenID, as Facebook is.
"""
# The published types of Authlib's server parts are behind Authlib itself.
# mypy: disable-error-code="override,assignment,union-attr,arg-type,no-untyped-call"

import threading
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from authlib.common.security import generate_token
from authlib.oauth2 import AuthorizationServer, OAuth2Error, OAuth2Request
from authlib.oauth2.rfc6749 import AuthorizationCodeMixin, ClientMixin
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant
from authlib.oauth2.rfc6749.requests import OAuth2Payload
from authlib.oauth2.rfc6750 import BearerTokenGenerator
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oidc.core.grants import OpenIDCode
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from gigsta_common.clock import Clock

Claims = dict[str, Any]


@dataclass
class Client(ClientMixin):
    id: str
    secret: str
    redirect_uris: list[str]

    def get_client_id(self) -> str:
        return self.id

    def get_default_redirect_uri(self) -> str:
        return self.redirect_uris[0]

    def get_allowed_scope(self, scope: str) -> str:
        return scope

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        return redirect_uri in self.redirect_uris

    def check_client_secret(self, client_secret: str) -> bool:
        return client_secret == self.secret

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return method in ("client_secret_basic", "client_secret_post")

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type == "authorization_code"


@dataclass
class Code(AuthorizationCodeMixin):
    code: str
    client_id: str
    redirect_uri: str
    scope: str
    nonce: str | None
    code_challenge: str
    code_challenge_method: str
    person: Claims

    def get_redirect_uri(self) -> str:
        return self.redirect_uri

    def get_scope(self) -> str:
        return self.scope

    def get_nonce(self) -> str | None:
        return self.nonce

    def get_auth_time(self) -> None:
        return None

    def get_acr(self) -> None:
        return None

    def get_amr(self) -> None:
        return None


class Payload(OAuth2Payload):
    def __init__(self, values: dict[str, str]) -> None:
        self.values = values

    @property
    def data(self) -> dict[str, str]:
        return self.values

    @property
    def datalist(self) -> defaultdict[str, list[str]]:
        return defaultdict(list, {name: [value] for name, value in self.values.items()})


class ReadRequest(OAuth2Request):
    """A request of Starlette's, its form read."""

    def __init__(self, request: Request, form: dict[str, str]) -> None:
        super().__init__(request.method, str(request.url), headers=dict(request.headers))
        self._args, self._form = dict(request.query_params), form
        self.headers = {name.title(): value for name, value in request.headers.items()}
        self.payload = Payload({**self._args, **form})

    @property
    def args(self) -> dict[str, str]:
        return self._args

    @property
    def form(self) -> dict[str, str]:
        return self._form


@dataclass
class OpenIdProvider:
    """`person` is who is logged in there, and says yes to everything."""

    clock: Clock
    client: Client
    person: Claims
    url: str = ""
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, auto_kid=True))
    forge: Callable[[Claims, "OpenIdProvider"], str | None] | None = None
    """Makes the id_token instead, from the claims it should have had; None leaves it out."""
    token_requests: list[dict[str, str]] = field(default_factory=list)
    codes: dict[str, Code] = field(default_factory=dict)
    tokens: dict[str, Claims] = field(default_factory=dict)

    def rotate(self) -> None:
        self.key = RSAKey.generate_key(2048, auto_kid=True)

    def sign(self, claims: Claims, key: RSAKey | None = None, **header: Any) -> str:
        key = key or self.key
        algorithm = str(header.get("alg", "RS256"))
        return jwt.encode({"alg": algorithm, "kid": self.key.kid, **header}, claims, key, [algorithm])

    def app(self) -> Starlette:
        server = _Server(self)

        async def authorize(request: Request) -> Response:
            read = ReadRequest(request, {})
            try:
                grant = server.get_consent_grant(read, end_user=self.person)
            except OAuth2Error as error:
                refused: Response = server.handle_error_response(read, error)
                return refused
            granted: Response = server.create_authorization_response(read, grant_user=self.person, grant=grant)
            return granted

        async def token(request: Request) -> Response:
            form = {name: str(value) for name, value in (await request.form()).items()}
            self.token_requests.append(form)
            issued: Response = server.create_token_response(ReadRequest(request, form))
            return issued

        async def jwks(_: Request) -> Response:
            return JSONResponse(KeySet([self.key]).as_dict(private=False))

        async def me(request: Request) -> Response:
            person = self.tokens.get(request.headers.get("authorization", "").removeprefix("Bearer "))
            if person is None or "appsecret_proof" not in request.query_params:
                return JSONResponse({"error": {"message": "Invalid OAuth access token."}}, 400)
            asked = request.query_params["fields"].split(",")
            return JSONResponse({"id": person["sub"]} | {name: person[name] for name in asked if name in person})

        return Starlette(
            routes=[
                Route("/authorize", authorize),
                Route("/token", token, methods=["POST"]),
                Route("/jwks", jwks),
                Route("/me", me),
            ]
        )


class _Grant(AuthorizationCodeGrant):
    TOKEN_ENDPOINT_AUTH_METHODS = ["client_secret_basic", "client_secret_post"]  # noqa: RUF012

    @property
    def house(self) -> OpenIdProvider:
        house: OpenIdProvider = self.server.house
        return house

    def save_authorization_code(self, code: str, request: OAuth2Request) -> None:
        data = request.payload.data
        self.house.codes[code] = Code(
            code=code,
            client_id=request.payload.client_id,
            redirect_uri=request.payload.redirect_uri,
            scope=request.scope,
            nonce=data.get("nonce"),
            code_challenge=data["code_challenge"],
            code_challenge_method=data["code_challenge_method"],
            person=request.user,
        )

    def query_authorization_code(self, code: str, client: Client) -> Code | None:
        found = self.house.codes.get(code)
        return found if found is not None and found.client_id == client.id else None

    def delete_authorization_code(self, authorization_code: Code) -> None:
        del self.house.codes[authorization_code.code]

    def authenticate_user(self, authorization_code: Code) -> Claims:
        return authorization_code.person


class _OpenId(OpenIDCode):
    def __init__(self, house: OpenIdProvider) -> None:
        super().__init__(require_nonce=True)
        self.house = house

    def exists_nonce(self, nonce: str, request: OAuth2Request) -> bool:
        return any(code.nonce == nonce for code in self.house.codes.values())

    def resolve_client_private_key(self, client: Client) -> RSAKey:
        return self.house.key

    def get_client_claims(self, client: Client) -> Claims:
        now = int(self.house.clock.now().timestamp())
        return {"iss": self.house.url, "aud": client.id, "iat": now, "auth_time": now, "exp": now + 300}

    def get_encode_header(self, client: Client) -> dict[str, str]:
        return {"alg": "RS256", "kid": str(self.house.key.kid)}

    def generate_user_info(self, user: Claims, scope: str) -> Claims:
        return user

    def encode_id_token(self, token: dict[str, Any], request: OAuth2Request) -> Any:
        honest = super().encode_id_token(token, request)
        if self.house.forge is None:
            return honest
        claims = jwt.decode(honest, self.house.key, ["RS256"]).claims
        return self.house.forge(dict(claims), self.house)


class _Server(AuthorizationServer):
    def __init__(self, house: OpenIdProvider) -> None:
        super().__init__()
        self.house = house
        self.register_token_generator("default", BearerTokenGenerator(lambda *_, **__: generate_token(42)))
        self.register_grant(_Grant, [_OpenId(house), CodeChallenge(required=True)])

    def query_client(self, client_id: str) -> Client | None:
        return self.house.client if client_id == self.house.client.id else None

    def save_token(self, token: dict[str, Any], request: OAuth2Request) -> None:
        self.house.tokens[token["access_token"]] = request.user

    def create_oauth2_request(self, request: OAuth2Request) -> OAuth2Request:
        return request

    def handle_response(self, status: int, body: Any, headers: list[tuple[str, str]]) -> Response:
        answer = JSONResponse(body, status) if isinstance(body, dict) else Response(body, status)
        answer.headers.update({name: value for name, value in headers if name.lower() != "content-type"})
        return answer

    def send_signal(self, name: str, *args: Any, **kwargs: Any) -> None:
        """Nobody listens."""


@contextmanager
def running(provider: OpenIdProvider) -> Iterator[OpenIdProvider]:
    """The provider on a port of its own, in a thread of its own."""
    server = uvicorn.Server(uvicorn.Config(provider.app(), host="127.0.0.1", port=0, log_level="error", lifespan="off"))
    socket = server.config.bind_socket()
    provider.url = f"http://localhost:{socket.getsockname()[1]}"
    thread = threading.Thread(target=server.run, kwargs={"sockets": [socket]}, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.should_exit = True
        thread.join(10)
