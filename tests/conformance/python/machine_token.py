"""Prints a token for the MCP endpoint that a machine got for itself: registers, then client credentials.
`python machine_token.py BASE_URL`
"""

import sys

import requests
from authlib.integrations.requests_client import OAuth2Session

base = sys.argv[1]
metadata = requests.get(f"{base}/.well-known/oauth-authorization-server", timeout=30).json()
registered = requests.post(
    metadata["registration_endpoint"],
    json={"client_name": "Runner", "grant_types": ["client_credentials"], "token_endpoint_auth_method": "client_secret_basic"},
    timeout=30,
)
assert registered.status_code == 201, registered.text
client = registered.json()
with OAuth2Session(client["client_id"], client["client_secret"]) as session:
    # Metadata names what is asked for by default; reading resources about the system wants one more.
    scope = " ".join({*metadata["scopes_supported"], "mcp:resources", "mcp:prompts", "system:read"})
    token = session.fetch_token(
        metadata["token_endpoint"], grant_type="client_credentials", resource=f"{base}/mcp", scope=scope
    )
print(token["access_token"])
