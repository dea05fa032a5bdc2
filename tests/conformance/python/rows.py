"""The rows that users of earlier systems rely on, tried with `authlib`, `requests` and plain forms.
`python rows.py DEMO_BASE CONFIGURED_BASE TWO_RESOURCES_BASE BINARY`; prints a table and ends with 1 if a row fails.
"""

import html
import os
import re
import secrets
import subprocess
import sys
import time
import traceback
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlencode, urlsplit

import requests
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from forms import Visitor

demo, configured, two_resources, binary = sys.argv[1:]
USERNAME, PASSWORD = os.environ["CONFORMANCE_USERNAME"], os.environ["CONFORMANCE_PASSWORD"]
CLAUDE = "https://claude.ai/api/mcp/auth_callback"
OOB = "urn:ietf:wg:oauth:2.0:oob"
TIMEOUT = 30


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


# ---- the rows -------------------------------------------------------------------------------------------------------


def t1_metadata():
    found = metadata(demo)
    assert found["issuer"] == demo
    for name, path in (("authorization", "authorize"), ("token", "token"), ("registration", "register")):
        assert found[f"{name}_endpoint"] == f"{demo}/oauth/{path}", found
    assert found["response_types_supported"] == ["code"]
    assert {"authorization_code", "refresh_token", "client_credentials"} <= set(found["grant_types_supported"])
    methods = set(found["token_endpoint_auth_methods_supported"])
    assert {"none", "client_secret_basic", "client_secret_post"} <= methods, methods
    assert found["scopes_supported"] and found["code_challenge_methods_supported"] == ["S256"]


def t2_registration_with_a_name_only():
    client = register(demo, client_name="Toolarr")
    wanted = {"client_id", "client_secret", "client_id_issued_at", "grant_types", "token_endpoint_auth_method", "scope"}
    assert wanted <= client.keys(), client.keys()
    assert client["client_secret_expires_at"] == 0


def t3_t4_code_and_exchange_with_basic():
    client = register(demo, client_name="Claude", redirect_uris=[CLAUDE], token_endpoint_auth_method="client_secret_basic")
    login = Login(demo, client["client_id"], CLAUDE)
    with OAuth2Session(
        client["client_id"], client["client_secret"], redirect_uri=CLAUDE, code_challenge_method="S256",
        token_endpoint_auth_method="client_secret_basic",
    ) as session:
        url, state = session.create_authorization_url(f"{demo}/oauth/authorize", code_verifier=login.verifier)
        answer = Visitor(USERNAME, PASSWORD).allow(url)
        assert answer.status_code == 303 and answer.headers["location"].startswith(CLAUDE), answer.headers
        token = session.fetch_token(
            f"{demo}/oauth/token", authorization_response=answer.headers["location"], state=state,
            code_verifier=login.verifier,
        )
    assert token["token_type"] == "Bearer" and token["expires_in"] == 3600 and token["scope"], token.keys()
    lists_tools(demo, token["access_token"])


def t5_client_credentials_with_basic():
    client = register(demo, client_name="Machine", grant_types=["client_credentials"])
    token = machine_token(demo, client["client_id"], client["client_secret"])
    lists_tools(demo, token["access_token"])


def t6_preconfigured_client():
    token = machine_token(configured, "brief", secret_of("brief"))
    assert token["scope"] == "mcp:tools" and token["expires_in"] == 60, token["scope"]
    answer = requests.post(
        f"{configured}/oauth/token", data={"grant_type": "client_credentials"}, auth=("brief", "wrong"), timeout=TIMEOUT
    )
    refused(answer, 401, "invalid_client")


def t8_tools_list_with_a_bearer():
    lists_tools(configured, machine_token(configured, "brief", secret_of("brief"))["access_token"])


def t9_lifetimes_and_refusals():
    """`early` was issued when the run began; by now both have had their minute."""
    remaining = early.issued_at + 62 - time.time()
    if remaining > 0:
        time.sleep(remaining)
    refused(early.login.redeem(early.code, client_id="docker"), 400, "invalid_grant")
    answer = call(configured, early.access_token, "tools/list")
    assert answer.status_code == 401 and 'error="invalid_token"' in answer.headers["www-authenticate"], answer.headers
    plain_http = dict(os.environ, SEALBEARER_SECRET="q3mZ0S4u9Xv7cQy1nF8kLr2bTt6wHj5dPe0aGiVxYzM=")
    started = subprocess.run(
        [binary, "serve", "--public-url", "http://auth.example.com", "--port", "0"], env=plain_http, timeout=TIMEOUT,
        capture_output=True, text=True, check=False,
    )
    assert started.returncode != 0 and "https" in started.stderr + started.stdout, "http in production is refused"
    login = Login(configured, "docker", "https://not.registered.example/callback")
    error_page(requests.get(login.url(), allow_redirects=False, timeout=TIMEOUT))


def r1_authorize_parameters():
    client = register(demo, client_name="R1", redirect_uris=[CLAUDE], token_endpoint_auth_method="none")
    without_scope_and_state = Login(demo, client["client_id"], CLAUDE, extra={"state": None})
    answer = Visitor(USERNAME, PASSWORD).allow(without_scope_and_state.url())
    query = parse_qs(urlsplit(answer.headers["location"]).query)
    assert "code" in query and "state" not in query, query
    for missing in ({"code_challenge": None}, {"code_challenge_method": "plain"}, {"response_type": "token"}):
        wanted = "unsupported_response_type" if "response_type" in missing else "invalid_request"
        login = Login(configured, "docker", "http://127.0.0.1:50003/callback", extra=missing)
        answer = requests.get(login.url(), allow_redirects=False, timeout=TIMEOUT)
        assert answer.status_code == 303, answer.status_code
        told(answer.headers["location"], login, wanted)
        # A client that registered itself could be anybody, so the person is asked before the browser is sent there.
        login = Login(demo, client["client_id"], CLAUDE, extra=missing)
        answer = requests.get(login.url(), allow_redirects=False, timeout=TIMEOUT)
        error_page(answer)
        told(html.unescape(re.search(r'href="(https://claude\.ai/[^"]*)"', answer.text)[1]), login, wanted)


def r1_legacy_settings_of_one_client():
    """PKCE left out by a client with a secret, and the method `plain`; nobody else may do either."""
    own = {"auth": ("older", secret_of("older"))}
    bare = Login(configured, "older", "https://older.example/callback",
                 extra={"code_challenge": None, "code_challenge_method": None})
    code = bare.allowed()["code"]
    refused(bare.redeem(code, **own), 400, "invalid_grant")  # a verifier where no challenge was
    body = {"grant_type": "authorization_code", "code": code, "redirect_uri": bare.redirect}
    tokens(requests.post(f"{configured}/oauth/token", data=body, timeout=TIMEOUT, **own))
    plain = Login(configured, "older", "https://older.example/callback")
    plain.parameters |= {"code_challenge": plain.verifier, "code_challenge_method": "plain"}
    tokens(plain.redeem(plain.allowed()["code"], **own))
    assert metadata(configured)["code_challenge_methods_supported"] == ["S256"]


def told(location: str, login: Login, error: str) -> None:
    """What the client hears at its redirect URI."""
    query = parse_qs(urlsplit(location).query)
    assert query["error"] == [error] and query["state"] == [login.state] and query["iss"] == [login.base], query


def r2_token_grants_with_the_secret_in_the_body():
    login = Login(configured, "desk", "https://desk.example/callback")
    client = {"client_id": "desk", "client_secret": secret_of("desk")}
    first = tokens(login.redeem(login.allowed()["code"], **client))
    body = {"grant_type": "refresh_token", "refresh_token": first["refresh_token"]} | client
    second = tokens(requests.post(f"{configured}/oauth/token", data=body, timeout=TIMEOUT))
    assert second["access_token"] != first["access_token"]
    lists_tools(configured, second["access_token"])
    for scope in ({}, {"scope": "mcp:tools"}):
        body = {"grant_type": "client_credentials"} | client | scope
        tokens(requests.post(f"{configured}/oauth/token", data=body, timeout=TIMEOUT))
    refused(requests.post(f"{configured}/oauth/token", data={"grant_type": "password"} | client, timeout=TIMEOUT),
            400, "unsupported_grant_type")


def r3_introspection_and_revocation():
    """With `authlib`, credentials in the body."""
    found = metadata(configured)
    login = Login(configured, "desk", "https://desk.example/callback")
    first = tokens(login.redeem(login.allowed()["code"], client_id="desk", client_secret=secret_of("desk")))
    with OAuth2Session("desk", secret_of("desk"), token_endpoint_auth_method="client_secret_post") as session:
        def told_of(token: str, hint: str) -> dict:
            answer = session.introspect_token(found["introspection_endpoint"], token=token, token_type_hint=hint)
            assert answer.status_code == 200 and "no-store" in answer.headers["cache-control"], answer.text
            return answer.json()

        access = told_of(first["access_token"], "access_token")
        assert access["active"] and access["client_id"] == "desk" and access["token_type"] == "Bearer", access
        assert access["aud"] == f"{configured}/mcp" and access["iss"] == configured, access
        assert access["username"] == USERNAME and access["exp"] > time.time() >= access["iat"] - 5, access
        assert told_of(first["refresh_token"], "refresh_token")["active"]
        for token in ("nonsense", first["access_token"] + "A"):
            assert told_of(token, "access_token") == {"active": False}
        answer = session.revoke_token(found["revocation_endpoint"], token=first["access_token"])
        assert answer.status_code == 200, answer.text
        assert told_of(first["access_token"], "access_token") == {"active": False}
        assert call(configured, first["access_token"], "tools/list").status_code == 401
        assert told_of(first["refresh_token"], "refresh_token")["active"], "an access token goes alone"
        body = {"grant_type": "refresh_token", "refresh_token": first["refresh_token"]}
        own = {"client_id": "desk", "client_secret": secret_of("desk")}
        second = tokens(requests.post(f"{configured}/oauth/token", data=body | own, timeout=TIMEOUT))
        answer = session.revoke_token(found["revocation_endpoint"], token=second["refresh_token"])
        assert answer.status_code == 200, answer.text
        for token in (second["access_token"], second["refresh_token"], first["refresh_token"]):
            assert told_of(token, "access_token") == {"active": False}
        assert session.revoke_token(found["revocation_endpoint"], token="nonsense").status_code == 200


def r4_scopes_are_checked_per_request():
    granted = machine_token(configured, "watch", secret_of("watch"), scope="system:read system:monitor")
    assert set(granted["scope"].split()) == {"system:read", "system:monitor"}, granted["scope"]
    answer = call(configured, granted["access_token"], "tools/list")
    challenge = answer.headers["www-authenticate"]
    assert answer.status_code == 403 and 'error="insufficient_scope"' in challenge and "mcp:tools" in challenge, challenge
    for scope in ("mcp:resources", "mcp:prompts"):
        assert scope in machine_token(configured, "desk", secret_of("desk"), scope=scope)["scope"]


def shown_code(base: str, client_id: str, scope: str | None = None) -> tuple[Login, str]:
    """The code on the page that is shown when there is no redirect."""
    login = Login(base, client_id, OOB, scope)
    page = Visitor(USERNAME, PASSWORD).allow(login.url())
    assert page.status_code == 200, f"{page.status_code} {page.text[:400]}"
    text = html.unescape(re.sub(r"<(style|script).*?</\1>", " ", page.text, flags=re.S))
    candidates = set(re.findall(r"[A-Za-z0-9._~-]{100,}", text))
    assert len(candidates) == 1, f"one code on the page: {text[:1500]}"
    return login, candidates.pop()


def r5_two_clients_with_several_redirects():
    wanted = (("desk", "http://127.0.0.1:{}/callback", "mcp:tools"), ("watch", "http://localhost:{}/callback", "system:read"))
    for client_id, loopback, scope in wanted:
        client = {"client_id": client_id, "client_secret": secret_of(client_id)}
        for redirect in (f"https://{client_id}.example/callback", loopback.format(49152), loopback.format(61234)):
            login = Login(configured, client_id, redirect, scope)
            assert tokens(login.redeem(login.allowed()["code"], **client))["scope"] == scope
        login, code = shown_code(configured, client_id, scope)
        tokens(login.redeem(code, **client))
    excess = Login(configured, "watch", "https://watch.example/callback", scope="mcp:tools system:read")
    granted = tokens(excess.redeem(excess.allowed()["code"], client_id="watch", client_secret=secret_of("watch")))
    assert granted["scope"] == "system:read", granted["scope"]


def r7_built_in_tools():
    token = machine_token(configured, "brief", secret_of("brief"))["access_token"]
    assert "a sentence to repeat" in call(configured, token, "tools/call", name="echo",
                                          arguments=echo_arguments(token)).text
    listed = lists_tools(configured, token)
    arguments = {"expression": "6 * 7"} if '"expression"' in listed else {"operation": "multiply", "a": 6, "b": 7}
    assert "42" in call(configured, token, "tools/call", name="calculator", arguments=arguments).text
    answer = call(configured, token, "tools/call", name="system_info", arguments={})
    assert answer.status_code == 200 and '"isError":true' not in answer.text, answer.text


def echo_arguments(token: str) -> dict:
    """`echo` takes one text; its schema says under which name."""
    listed = call(configured, token, "tools/list").text
    name = next(word for word in ("message", "text", "content") if f'"{word}":{{' in listed)
    return {name: "a sentence to repeat"}


def r8_test_callback():
    page = requests.get(f"{demo}/oauth/callback", params={"code": "the-code-42", "state": "s"}, timeout=TIMEOUT)
    assert page.status_code == 200 and "the-code-42" in page.text
    page = requests.get(f"{demo}/oauth/callback", params={"error": "access_denied", "state": "<b>"}, timeout=TIMEOUT)
    assert "access_denied" in page.text and "<b>" not in page.text, page.text


def r9_without_discovery():
    answer = requests.post(f"{demo}/register", json={"redirect_uris": [CLAUDE], "token_endpoint_auth_method": "none"},
                           timeout=TIMEOUT)
    assert answer.status_code == 201, answer.text
    login = Login(demo, answer.json()["client_id"], CLAUDE)
    granted = tokens(login.redeem(login.allowed("/authorize")["code"], "/token", client_id=login.client_id))
    lists_tools(demo, granted["access_token"])


def c1_login_page_and_cors():
    client = register(demo, client_name="C1", redirect_uris=[f"{demo}/oauth/callback"], token_endpoint_auth_method="none")
    login = Login(demo, client["client_id"], f"{demo}/oauth/callback")
    wrong = Visitor(USERNAME, "not the password")
    again = wrong.log_in(wrong.open(login.url()))
    assert again.status_code == 403 and "password" in again.text, again.status_code
    tokens(login.redeem(login.allowed()["code"], client_id=client["client_id"]))
    origin = "https://inspector.example"
    for path in ("/oauth/token", "/oauth/register", "/mcp"):
        preflight = {"Origin": origin, "Access-Control-Request-Method": "POST",
                     "Access-Control-Request-Headers": "authorization, content-type, mcp-protocol-version"}
        answer = requests.options(demo + path, headers=preflight, timeout=TIMEOUT)
        assert answer.ok and answer.headers["access-control-allow-origin"] in ("*", origin), f"{path} {answer.headers}"
    for path in ("/.well-known/oauth-authorization-server", "/.well-known/oauth-protected-resource/mcp"):
        answer = requests.get(demo + path, headers={"Origin": origin}, timeout=TIMEOUT)
        assert answer.headers["access-control-allow-origin"] in ("*", origin), path
    answer = requests.get(login.url(), headers={"Origin": origin}, timeout=TIMEOUT)
    assert "access-control-allow-origin" not in answer.headers, "never on authorize"
    denied = Visitor(USERNAME, PASSWORD)
    answer = denied.decide(denied.log_in(denied.open(login.url())), "deny")
    assert parse_qs(urlsplit(answer.headers["location"]).query)["error"] == ["access_denied"]


def c5_code_to_copy():
    client = register(demo, client_name="C5", redirect_uris=[OOB])
    login, code = shown_code(demo, client["client_id"])
    with OAuth2Session(client["client_id"], client["client_secret"], redirect_uri=OOB) as session:
        token = session.fetch_token(f"{demo}/oauth/token", code=code, code_verifier=login.verifier,
                                    grant_type="authorization_code")
    lists_tools(demo, token["access_token"])


def c6_errors_are_clear():
    for login in (Login(demo, "nobody", CLAUDE), Login(configured, "docker", "https://evil.example/")):
        error_page(requests.get(login.url(), allow_redirects=False, timeout=TIMEOUT))
    refused(requests.post(f"{demo}/oauth/token", data={"grant_type": "refresh_token", "refresh_token": "x",
                                                       "client_id": "nobody"}, timeout=TIMEOUT), 401, "invalid_client")


def c6_a_resource_server_asks():
    """A server that is a resource asks about its own tokens, and hears nothing of others."""
    endpoint = metadata(configured)["introspection_endpoint"]
    token = machine_token(configured, "brief", secret_of("brief"))["access_token"]
    guard = {"client_id": "guard", "client_secret": secret_of("guard")}
    answer = requests.post(endpoint, data={"token": token} | guard, timeout=TIMEOUT).json()
    assert answer["active"] and answer["client_id"] == "brief" and "username" not in answer, answer
    watch = {"client_id": "watch", "client_secret": secret_of("watch")}
    assert requests.post(endpoint, data={"token": token} | watch, timeout=TIMEOUT).json() == {"active": False}
    for wrong in ({}, {"client_id": "guard"}, {"client_id": "guard", "client_secret": "x"}, {"client_id": "docker"}):
        answer = requests.post(endpoint, data={"token": token} | wrong, timeout=TIMEOUT)
        refused(answer, 401, "invalid_client")
        assert "www-authenticate" in answer.headers


def d1_discovery():
    resource = requests.get(f"{demo}/.well-known/oauth-protected-resource/mcp", timeout=TIMEOUT).json()
    assert resource["resource"] == f"{demo}/mcp" and resource["authorization_servers"] == [demo], resource
    assert requests.get(f"{demo}/.well-known/oauth-protected-resource", timeout=TIMEOUT).json() == resource
    assert requests.get(f"{demo}/.well-known/openid-configuration", timeout=TIMEOUT).json()["issuer"] == demo
    assert isinstance(requests.get(f"{demo}/.well-known/jwks.json", timeout=TIMEOUT).json()["keys"], list)


def d2_challenge():
    answer = call(demo, None, "tools/list")
    challenge = answer.headers["www-authenticate"]
    assert answer.status_code == 401 and challenge.startswith("Bearer "), challenge
    url = re.search(r'resource_metadata="([^"]+)"', challenge)[1]
    assert requests.get(url, timeout=TIMEOUT).json()["resource"] == f"{demo}/mcp"
    assert requests.get(f"{demo}/oauth/test", timeout=TIMEOUT).status_code == 401
    token = machine_token(configured, "brief", secret_of("brief"))["access_token"]
    answer = requests.get(f"{configured}/oauth/test", headers={"Authorization": f"Bearer {token}"}, timeout=TIMEOUT)
    assert answer.status_code == 200, answer.text


def d3_registration():
    client = register(demo, client_name="D3", redirect_uris=[CLAUDE], grant_types=["authorization_code"],
                      response_types=["code"])
    assert client["redirect_uris"] == [CLAUDE] and client["grant_types"] == ["authorization_code"], client
    assert client["response_types"] == ["code"], client


def d4_audience():
    login = Login(configured, "docker", "http://127.0.0.1:50000/callback", extra={"resource": f"{configured}/mcp"})
    code = login.allowed()["code"]
    refused(login.redeem(code, client_id="docker", resource="https://other.example/mcp"), 400, "invalid_target")
    granted = tokens(login.redeem(code, client_id="docker", resource=f"{configured}/mcp"))
    lists_tools(configured, granted["access_token"])
    assert call(demo, granted["access_token"], "tools/list").status_code == 401, "refused elsewhere"
    client = register(two_resources, redirect_uris=[CLAUDE], token_endpoint_auth_method="none")["client_id"]
    for path, other in (("/notes", "/mcp"), ("/mcp", "/notes")):
        login = Login(two_resources, client, CLAUDE, extra={"resource": two_resources + path})
        token = tokens(login.redeem(login.allowed()["code"], client_id=client))["access_token"]
        assert call(two_resources, token, "tools/list", at=path).status_code == 200, path
        answer = call(two_resources, token, "tools/list", at=other)
        assert answer.status_code == 401, f"a token for {path} at {other}: {answer.status_code}"
    unknown = Login(configured, "docker", "http://127.0.0.1:50000/callback", extra={"resource": "https://other.example/"})
    answer = requests.get(unknown.url(), allow_redirects=False, timeout=TIMEOUT)
    assert parse_qs(urlsplit(answer.headers["location"]).query)["error"] == ["invalid_target"], answer.headers


def d5_public_client():
    login = Login(configured, "docker", "http://127.0.0.1:50001/callback")
    code = login.allowed()["code"]
    granted = tokens(login.redeem(code, client_id="docker"))
    refused(login.redeem(code, client_id="docker"), 400, "invalid_grant")
    answer = call(configured, granted["access_token"], "tools/list")
    assert answer.status_code == 401, "a code that comes back revokes what it yielded"


def d9_scopes_pkce_redirect_and_cors():
    login = Login(configured, "docker", "http://127.0.0.1:50002/callback", scope="mcp:read mcp:write mcp:admin mcp:tools")
    granted = tokens(login.redeem(login.allowed()["code"], client_id="docker"))
    assert set(granted["scope"].split()) == {"mcp:read", "mcp:write", "mcp:admin", "mcp:tools"}, granted["scope"]
    for near in ("http://127.0.0.1:50002/callback/", "http://127.0.0.1:50002/Callback", "https://127.0.0.1:50002/callback"):
        error_page(requests.get(Login(configured, "docker", near).url(), allow_redirects=False, timeout=TIMEOUT))
    login = Login(configured, "docker", "http://127.0.0.1:50002/callback")
    code = login.allowed()["code"]
    login.verifier = secrets.token_urlsafe(48)
    refused(login.redeem(code, client_id="docker"), 400, "invalid_grant")
    for origin, answered in (("https://inspector.example", "https://inspector.example"), ("https://evil.example", None)):
        answer = requests.post(f"{configured}/oauth/token", headers={"Origin": origin}, timeout=TIMEOUT)
        assert answer.headers.get("access-control-allow-origin") == answered, answer.headers


# ---------------------------------------------------------------------------------------------------------------------


class Early:
    """What has to grow old while the other rows run."""

    def __init__(self) -> None:
        self.login = Login(configured, "docker", "http://127.0.0.1:50009/callback")
        self.code = self.login.allowed()["code"]
        self.access_token = machine_token(configured, "brief", secret_of("brief"))["access_token"]
        assert call(configured, self.access_token, "tools/list").status_code == 200
        self.issued_at = time.time()


early = Early()
rows = [(name, row) for name, row in globals().items() if re.match(r"[trcd]\d", name)]
rows.sort(key=lambda named: named[0].startswith("t9"))
failures = []
for name, row in rows:
    try:
        row()
        print(f"{name:<45} pass")
    except Exception as trouble:
        failures.append(name)
        where = traceback.extract_tb(trouble.__traceback__)[-1]
        steps = [step.lineno for step in traceback.extract_tb(trouble.__traceback__) if step.filename == __file__]
        print(f"{name:<45} FAIL  {type(trouble).__name__} {trouble} (rows.py lines {steps}, {where.name})")
sys.exit(bool(failures))
