"""Rows T: OAuth 2.1 in front of an MCP server."""

import os
import subprocess
import sys
import time

import requests
from authlib.integrations.requests_client import OAuth2Session
from forms import Visitor
from wire import (
    CLAUDE, PASSWORD, TIMEOUT, USERNAME, Login, call, claims, configured, demo, error_page, lists_tools, machine_token,
    metadata, refused, register, secret_of,
)

binary = sys.argv[5]


class Early:
    """What has to grow old while the other rows run."""

    def __init__(self) -> None:
        self.login = Login(configured, "docker", "http://127.0.0.1:50009/callback")
        self.code = self.login.allowed()["code"]
        self.access_token = machine_token(configured, "brief", secret_of("brief"))["access_token"]
        assert call(configured, self.access_token, "tools/list").status_code == 200
        self.issued_at = time.time()


early = Early()


def t1_metadata():
    found = metadata(demo)
    assert found["issuer"] == demo
    for name, path in (("authorization", "authorize"), ("token", "token"), ("registration", "register")):
        assert found[f"{name}_endpoint"] == f"{demo}/oauth/{path}", found
    assert found["response_types_supported"] == ["code"]
    refresh = {"refresh_token"} if claims("refresh tokens") else set()
    assert {"authorization_code", "client_credentials"} | refresh <= set(found["grant_types_supported"])
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


def t7_static_token():
    """Made by `sealbearer token create`; the file has its hash."""
    scripts, persons = os.environ["CONFORMANCE_STATIC_TOKEN"], os.environ["CONFORMANCE_TOKEN_OF_PERSON"]
    lists_tools(configured, scripts)
    answer = call(configured, persons, "tools/list")
    assert answer.status_code == 403 and "insufficient_scope" in answer.headers["www-authenticate"], answer.headers
    told = requests.get(f"{configured}/oauth/test", headers={"Authorization": f"Bearer {persons}"}, timeout=TIMEOUT)
    assert told.status_code == 200 and told.json()["scope"] == "system:read", told.text
    for stranger in (scripts[:-1] + ("a" if scripts[-1] != "a" else "b"), scripts.lower(), "sealbearer_"):
        assert call(configured, stranger, "tools/list").status_code == 401, "not one of ours"
    assert call(demo, scripts, "tools/list").status_code == 401, "another deployment does not know it"


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
