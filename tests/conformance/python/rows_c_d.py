"""Rows C and D: a client guide, and a server in a container."""

import re
import secrets
from urllib.parse import parse_qs, urlsplit

import requests
from authlib.integrations.requests_client import OAuth2Session
from forms import Visitor
from wire import (
    CLAUDE, OOB, PASSWORD, TIMEOUT, USERNAME, Login, call, claims, configured, demo, error_page, lists_tools, machine_token,
    metadata, refused, register, secret_of, shown_code, tokens, two_resources,
)


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
    body = {"grant_type": "authorization_code", "code": "x", "code_verifier": "v" * 43, "client_id": "nobody"}
    refused(requests.post(f"{demo}/oauth/token", data=body, timeout=TIMEOUT), 401, "invalid_client")


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
    lists_tools(configured, granted["access_token"])
    if claims("one use of a code"):
        refused(login.redeem(code, client_id="docker"), 400, "invalid_grant")
        answer = call(configured, granted["access_token"], "tools/list")
        assert answer.status_code == 401, "a code that comes back revokes what it yielded"


def d6_userinfo():
    client = register(demo, client_name="D6", redirect_uris=[CLAUDE], token_endpoint_auth_method="none")["client_id"]
    endpoint = requests.get(f"{demo}/.well-known/openid-configuration", timeout=TIMEOUT).json()["userinfo_endpoint"]
    login = Login(demo, client, CLAUDE, scope="openid profile mcp:tools")
    granted = tokens(login.redeem(login.allowed()["code"], client_id=client))
    bearer = {"Authorization": f"Bearer {granted['access_token']}"}
    for ask in (requests.get, requests.post):
        told = ask(endpoint, headers=bearer, timeout=TIMEOUT).json()
        assert told["sub"] == f"u:{USERNAME}" and told["preferred_username"] == USERNAME, told
    answer = requests.get(endpoint, timeout=TIMEOUT)
    assert answer.status_code == 401 and answer.headers["www-authenticate"].startswith("Bearer"), answer.headers
    login = Login(demo, client, CLAUDE, scope="mcp:tools")
    plain = tokens(login.redeem(login.allowed()["code"], client_id=client))["access_token"]
    assert requests.get(endpoint, headers={"Authorization": f"Bearer {plain}"}, timeout=TIMEOUT).status_code == 403


def d8_management_tools():
    wanted = "mcp:manage:read mcp:manage:write"
    granted = machine_token(configured, "keeper", secret_of("keeper"), resource=f"{configured}/manage", scope=wanted)
    token = granted["access_token"]
    assert set(granted["scope"].split()) == {"mcp:manage:read", "mcp:manage:write"}, granted["scope"]

    def told(name: str, **arguments) -> dict:
        answer = call(configured, token, "tools/call", at="/manage", name=name, arguments=arguments)
        assert answer.status_code == 200, answer.text
        result = answer.json()["result"]
        assert not result.get("isError"), result
        return result["structuredContent"]

    assert told("mcp_oauth_authorization_server_metadata") == metadata(configured)
    assert told("mcp_oauth_protected_resource_metadata", resource="/mcp")["resource"] == f"{configured}/mcp"
    other = machine_token(configured, "desk", secret_of("desk"), scope="mcp:tools")["access_token"]
    judged = told("mcp_oauth_validate_token", token=other, required_scopes=["mcp:tools", "mcp:admin"])
    assert judged["active"] and not judged["sufficient"] and judged["missing_scopes"] == ["mcp:admin"], judged
    shown = told("mcp_oauth_get_configuration")
    assert shown["issuer"] == configured and "secret_hash" not in str(shown), shown
    made = told("mcp_oauth_register_client", client_name="D8", redirect_uris=[CLAUDE], token_endpoint_auth_method="none")
    login = Login(configured, made["client_id"], CLAUDE)
    tokens(login.redeem(login.allowed()["code"], client_id=made["client_id"]))
    report = told("mcp_oauth_check_compliance")
    assert report["verdict"] in ("works", "fails") and report["clients"], report
    assert call(configured, other, "tools/list", at="/manage").status_code == 401, "a token for /mcp is refused there"
    assert call(configured, token, "tools/list").status_code == 401, "and the other way round"
    if claims("revocation"):
        assert told("revoke_grants", token=other)["revoked"] == "token"
        assert call(configured, other, "tools/list").status_code == 401


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
