"""What the rows say on the wire: registration, authorization requests, token requests, calls of tools.
Argument 1 is the ledger, 2 to 4 are the deployments: `--demo`, one that is configured, one with two resources.
"""

import html
import os
import re
import secrets
import sys
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlencode, urlsplit

import requests
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from forms import Visitor

ledger, demo, configured, two_resources = sys.argv[1:5]
USERNAME, PASSWORD = os.environ["CONFORMANCE_USERNAME"], os.environ["CONFORMANCE_PASSWORD"]
CLAUDE = "https://claude.ai/api/mcp/auth_callback"
OOB = "urn:ietf:wg:oauth:2.0:oob"
TIMEOUT = 30


unclaimed: set[str] = set()


def claims(promise: str) -> bool:
    """Whether the ledger promises it. `none` sees no second use, so it offers no refresh tokens and revokes nothing."""
    if ledger == "none":
        unclaimed.add(promise)
    return ledger != "none"


def secret_of(client_id: str) -> str:
    """As `rows.toml` has it hashed."""
    return f"{client_id}-secret-for-this-run-only"


def metadata(base: str) -> dict:
    answer = requests.get(f"{base}/.well-known/oauth-authorization-server", timeout=TIMEOUT)
    assert answer.status_code == 200 and answer.headers["content-type"].startswith("application/json")
    return answer.json()


def register(base: str, **members) -> dict:
    answer = requests.post(f"{base}/oauth/register", json=members, timeout=TIMEOUT)
    assert answer.status_code == 201, f"{answer.status_code} {answer.text}"
    return answer.json()


@dataclass
class Login:
    """An authorization request of a client, and what became of it."""

    base: str
    client_id: str
    redirect: str
    scope: str | None = None
    extra: dict = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.verifier = secrets.token_urlsafe(48)
        self.state = secrets.token_urlsafe(12)
        parameters = {
            "response_type": "code", "client_id": self.client_id, "redirect_uri": self.redirect, "state": self.state,
            "code_challenge": create_s256_code_challenge(self.verifier), "code_challenge_method": "S256",
        }
        if self.scope:
            parameters["scope"] = self.scope
        self.parameters = parameters | self.extra

    def url(self, path: str = "/oauth/authorize") -> str:
        wanted = {name: value for name, value in self.parameters.items() if value is not None}
        return f"{self.base}{path}?{urlencode(wanted)}"

    def allowed(self, path: str = "/oauth/authorize") -> dict:
        """The parameters of the redirect after a person allowed it."""
        answer = Visitor(USERNAME, PASSWORD).allow(self.url(path))
        assert answer.status_code == 303, f"{answer.status_code} {answer.text[:400]}"
        location = answer.headers["location"]
        assert location.startswith(self.redirect), location
        query = parse_qs(urlsplit(location).query)
        assert all(len(values) == 1 for values in query.values()), query
        answered = {name: values[0] for name, values in query.items()}
        assert answered["state"] == self.state and answered["iss"] == self.base, answered
        return answered

    def redeem(self, code: str, path: str = "/oauth/token", **client) -> requests.Response:
        body = {
            "grant_type": "authorization_code", "code": code, "redirect_uri": self.redirect, "code_verifier": self.verifier,
        }
        auth = client.pop("auth", None)
        return requests.post(f"{self.base}{path}", data=body | client, auth=auth, timeout=TIMEOUT)


def tokens(answer: requests.Response) -> dict:
    assert answer.status_code == 200, f"{answer.status_code} {answer.text}"
    assert "no-store" in answer.headers["cache-control"]
    body = answer.json()
    assert body["token_type"] == "Bearer", body
    return body


def refused(answer: requests.Response, status: int, error: str) -> None:
    assert answer.status_code == status and answer.json()["error"] == error, f"{answer.status_code} {answer.text}"


def call(base: str, token: str | None, method: str, at: str = "/mcp", **parameters) -> requests.Response:
    """JSON-RPC as a script sends it: one request, no session."""
    headers = {"Accept": "application/json, text/event-stream", "MCP-Protocol-Version": "2025-06-18"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": parameters}
    return requests.post(base + at, json=body, headers=headers, timeout=TIMEOUT)


def lists_tools(base: str, token: str) -> str:
    answer = call(base, token, "tools/list")
    assert answer.status_code == 200, f"{answer.status_code} {answer.text}"
    for name in ("echo", "system_info", "calculator"):
        assert f'"{name}"' in answer.text, answer.text
    return answer.text


def machine_token(base: str, client_id: str, client_secret: str, **parameters) -> dict:
    with OAuth2Session(client_id, client_secret, token_endpoint_auth_method="client_secret_basic") as session:
        return session.fetch_token(f"{base}/oauth/token", grant_type="client_credentials", **parameters)


def error_page(answer: requests.Response) -> None:
    """C6: a page for a person, never a redirect."""
    assert answer.status_code == 400, answer.status_code
    assert "location" not in answer.headers
    assert answer.headers["content-type"].startswith("text/html"), answer.headers


def told(location: str, login: Login, error: str) -> None:
    """What the client hears at its redirect URI."""
    query = parse_qs(urlsplit(location).query)
    assert query["error"] == [error] and query["state"] == [login.state] and query["iss"] == [login.base], query


def shown_code(base: str, client_id: str, scope: str | None = None) -> tuple[Login, str]:
    """The code on the page that is shown when there is no redirect."""
    login = Login(base, client_id, OOB, scope)
    page = Visitor(USERNAME, PASSWORD).allow(login.url())
    assert page.status_code == 200, f"{page.status_code} {page.text[:400]}"
    text = html.unescape(re.sub(r"<(style|script).*?</\1>", " ", page.text, flags=re.S))
    candidates = set(re.findall(r"[A-Za-z0-9._~-]{100,}", text))
    assert len(candidates) == 1, f"one code on the page: {text[:1500]}"
    return login, candidates.pop()
