"""The running binary against its own contract, by schemathesis. `python contract.py BASE SETTINGS`

Random requests seldom get past the door, so some of them are given what a client and a person would have:
`contract_hooks.py` puts it in.
"""

import json
import os
import secrets
import subprocess
import sys
from pathlib import Path

import requests
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from forms import Form, Visitor

base, settings = sys.argv[1:]
CALLBACK = "http://127.0.0.1:50000/callback"
TIMEOUT = 30


def answered(answer: requests.Response, status: int) -> dict:
    assert answer.status_code == status, f"{answer.status_code} {answer.text}"
    return answer.json()


def register(**members) -> dict:
    return answered(requests.post(f"{base}/oauth/register", json=members, timeout=TIMEOUT), 201)


desk = register(client_name="Desk", redirect_uris=[CALLBACK], token_endpoint_auth_method="client_secret_post")
desk = {name: desk[name] for name in ("client_id", "client_secret")}
public = register(client_name="Contract", redirect_uris=[CALLBACK], token_endpoint_auth_method="none")
machine = register(client_name="Machine", grant_types=["client_credentials"], token_endpoint_auth_method="client_secret_basic")
VERIFIER = secrets.token_urlsafe(48)
AUTHORIZATION = {
    "response_type": "code", "client_id": public["client_id"], "redirect_uri": CALLBACK, "state": "st",
    "code_challenge": create_s256_code_challenge(VERIFIER), "code_challenge_method": "S256", "resource": [f"{base}/mcp"],
}


def token(**body) -> dict:
    return answered(requests.post(f"{base}/oauth/token", data=body, timeout=TIMEOUT), 200)


def visitor() -> Visitor:
    return Visitor(os.environ["CONFORMANCE_USERNAME"], os.environ["CONFORMANCE_PASSWORD"])


def authorize(person: Visitor) -> requests.Response:
    prepared = requests.Request("GET", f"{base}/oauth/authorize", params=AUTHORIZATION).prepare()
    return person.open(prepared.url)


def at_login() -> dict:
    """What the login form would send, and the cookies that go with it."""
    person = visitor()
    page = authorize(person)
    filled = {"username": person.username, "password": person.password}
    return {"body": Form(page.text).fields | filled, "cookies": person.http.cookies.get_dict()}


def at_consent(decision: str) -> dict:
    """The same for the consent form."""
    person = visitor()
    page = person.log_in(authorize(person))
    fields = Form(page.text).fields | {"decision": decision}
    return {"body": fields | {"scope": ["mcp:tools"]}, "cookies": person.http.cookies.get_dict()}


def at_logout(button: str) -> dict:
    """The same for the logout form."""
    person = visitor()
    person.log_in(authorize(person))
    page = person.open(f"{base}/oauth/logout")
    return {"body": Form(page.text).fields | {"logout": button}, "cookies": person.http.cookies.get_dict()}


def code() -> dict:
    person = visitor()
    page = person.decide(person.log_in(authorize(person)), "allow")
    answered_code = requests.utils.urlparse(page.headers["location"]).query
    value = dict(part.split("=", 1) for part in answered_code.split("&"))["code"]
    return {"grant_type": "authorization_code", "code": value, "redirect_uri": CALLBACK, "code_verifier": VERIFIER,
            "client_id": public["client_id"]}


def rpc(method: str, **parameters) -> dict:
    return {"jsonrpc": "2.0", "id": 1, "method": method, "params": parameters}


def without(name: str) -> dict:
    return {key: value for key, value in AUTHORIZATION.items() if key != name}


basic = {"client_id": machine["client_id"], "client_secret": machine["client_secret"]}
access = token(grant_type="client_credentials", **basic)["access_token"]
session = visitor()
session.log_in(authorize(session))
signed_in = session.http.cookies.get_dict()
redeemed = token(**code())
MCP = {"Accept": "application/json, text/event-stream", "MCP-Protocol-Version": "2025-06-18"}

authorizations = [{"query": AUTHORIZATION}, {"query": AUTHORIZATION, "cookies": signed_in},
                  {"query": without("code_challenge")}, {"query": AUTHORIZATION | {"redirect_uri": "http://127.0.0.1/other"}}]
posted = [{"body": one["query"], "cookies": one.get("cookies", {})} for one in authorizations]
grants = [
    {"body": {"grant_type": "client_credentials"} | basic},
    {"body": {"grant_type": "refresh_token", "refresh_token": redeemed["refresh_token"], "client_id": public["client_id"]}},
    {"body": code()}, {"body": code() | {"code_verifier": "v" * 43}}, {"body": {"grant_type": "password"} | basic},
    {"body": {"grant_type": "client_credentials"}, "headers": {"Authorization": "Basic bm9ib2R5Om5vdGhpbmc="}},
]
stranger = {"headers": {"Authorization": "Bearer nothing"}}
tools = [{"body": rpc("tools/list"), "headers": MCP}, {"body": rpc("no/such"), "headers": MCP}, stranger,
         {"body": rpc("tools/call", name="echo", arguments={"message": "x", "text": "x"}), "headers": MCP}]
about = [
    {"body": {"token": redeemed["access_token"]} | desk}, {"body": {"token": redeemed["refresh_token"]} | desk},
    {"body": {"token": "nothing"} | desk}, {"body": {"token": access, "client_id": "nobody", "client_secret": "x"}},
]
prepared = {
    "introspect": about, "revoke": about,
    "authorizeGet": authorizations, "authorizeGetAtRoot": authorizations,
    "authorizePost": posted, "authorizePostAtRoot": posted,
    "login": [at_login(), at_login() | {"cookies": {}}], "consent": [at_consent(word) for word in ("allow", "deny", "switch")],
    "logoutGet": [{}, {"query": {"client_id": "nobody", "state": "st"}}], "logoutPost": [{"body": {"state": "st"}}],
    "logoutConfirm": [at_logout(button) for button in ("end", "stay")],
    "token": grants, "tokenAtRoot": grants,
    "test": [{}, stranger], "mcpPost": tools, "mcpPostSlash": tools,
    "protectedResourceMetadataAt": [{"path": {"path": "mcp"}}],
    "authorizationServerMetadataAt": [{"path": {"path": "mcp"}}],
    "openidConfigurationAt": [{"path": {"path": "mcp"}}],
}

REACHED = [
    "authorizeGet 200", "authorizeGet 303", "authorizePost 200", "authorizePost 400", "login 200", "login 400",
    "consent 303", "logoutGet 200", "logoutPost 200", "logoutConfirm 200", "logoutConfirm 400", "token 200", "token 400", "token 401", "register 201", "register 400", "test 200", "test 401",
    "mcpPost 200", "mcpPost 401", "introspect 200", "introspect 400", "introspect 401", "revoke 200", "revoke 401", "protectedResourceMetadataAt 200", "protectedResourceMetadataAt 404",
]

file, counted = Path.cwd() / "prepared.json", Path.cwd() / "answered.json"
file.write_text(json.dumps(prepared))
environment = os.environ | {
    "CONFORMANCE_HOOKS": str(Path(__file__).with_name("contract_hooks.py")), "CONFORMANCE_PREPARED": str(file),
    "CONFORMANCE_ANSWERED": str(counted), "CONFORMANCE_ACCESS_TOKEN": access,
}
program = str(Path(sys.executable).parent / "schemathesis")
command = [program, "--no-color", "--config-file", settings, "run", f"{base}/openapi.json"]
run = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
if run.returncode:
    print(run.stdout, run.stderr)
    sys.exit(1)
answers = json.loads(counted.read_text())
missing = [wanted for wanted in REACHED if wanted not in answers]
print(f"{sum(answers.values())} requests to {len({name.split()[0] for name in answers})} operations fit the contract")
for name, count in sorted(answers.items()):
    if name.endswith(("500", "502")):
        missing.append(f"none of {name} but {count}")
assert not missing, f"never answered so: {missing}; {answers}"
