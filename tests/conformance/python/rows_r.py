"""Rows R: OAuth endpoints and protected MCP routes."""

import html
import re
import time
from urllib.parse import parse_qs, urlsplit

import requests
from authlib.integrations.requests_client import OAuth2Session
from forms import Visitor
from wire import (
    CLAUDE, PASSWORD, TIMEOUT, USERNAME, Login, call, claims, configured, demo, error_page, lists_tools, machine_token,
    metadata, refused, register, secret_of, shown_code, told, tokens,
)


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
    for method in ("plain", "S256"):
        login = Login(configured, "older", "https://older.example/callback", extra={"code_challenge_method": method})
        code = login.allowed()["code"]
        login.verifier = "v" * 43
        refused(login.redeem(code, **own), 400, "invalid_grant")


def r2_token_grants_with_the_secret_in_the_body():
    login = Login(configured, "desk", "https://desk.example/callback")
    client = {"client_id": "desk", "client_secret": secret_of("desk")}
    first = tokens(login.redeem(login.allowed()["code"], **client))
    lists_tools(configured, first["access_token"])
    if claims("refresh tokens"):
        body = {"grant_type": "refresh_token", "refresh_token": first["refresh_token"]} | client
        second = tokens(requests.post(f"{configured}/oauth/token", data=body, timeout=TIMEOUT))
        assert second["access_token"] != first["access_token"]
        lists_tools(configured, second["access_token"])
    else:
        assert "refresh_token" not in first, "what cannot be held is not offered"
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
        for token in ("nonsense", first["access_token"] + "A"):
            assert told_of(token, "access_token") == {"active": False}
        if not claims("revocation"):
            assert "revocation_endpoint" not in found, "what cannot be held is not offered"
            return
        assert told_of(first["refresh_token"], "refresh_token")["active"]
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


def r6_plain_json_views():
    token = machine_token(configured, "desk", secret_of("desk"))["access_token"]
    bearer = {"Authorization": f"Bearer {token}"}
    views = f"{configured}/mcp/protected"
    tools = requests.get(f"{views}/tools", headers=bearer, timeout=TIMEOUT)
    assert {"echo", "system_info", "calculator"} <= {tool["name"] for tool in tools.json()}, tools.text
    resources = requests.get(f"{views}/resources", headers=bearer, timeout=TIMEOUT)
    assert {"system://metrics", "system://platform"} <= {one["uri"] for one in resources.json()}, resources.text
    answer = requests.post(f"{views}/call/echo", json=echo_arguments(token), headers=bearer, timeout=TIMEOUT)
    assert answer.json()["tool"] == "echo" and "a sentence to repeat" in answer.json()["result"][0]["text"], answer.text
    assert requests.post(f"{views}/call/nobody", json={}, headers=bearer, timeout=TIMEOUT).status_code == 400
    for answer in (
        requests.get(f"{views}/tools", timeout=TIMEOUT), requests.get(f"{views}/resources", timeout=TIMEOUT),
        requests.post(f"{views}/call/echo", json={}, timeout=TIMEOUT),
    ):
        assert answer.status_code == 401 and "resource_metadata=" in answer.headers["www-authenticate"], answer.text
    short = machine_token(configured, "watch", secret_of("watch"), scope="system:read")["access_token"]
    answer = requests.post(f"{views}/call/echo", json={}, headers={"Authorization": f"Bearer {short}"}, timeout=TIMEOUT)
    assert answer.status_code == 403 and "mcp:tools" in answer.json()["scope"], answer.text


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
