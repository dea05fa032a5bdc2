"""Registers a public client and prints its id. `python register.py BASE_URL REDIRECT_URI`"""

import sys

import requests

base, redirect = sys.argv[1:]
metadata = requests.get(f"{base}/.well-known/oauth-authorization-server", timeout=30).json()
answer = requests.post(
    metadata["registration_endpoint"],
    json={"client_name": "Conformance runner", "redirect_uris": [redirect], "token_endpoint_auth_method": "none"},
    timeout=30,
)
assert answer.status_code == 201, answer.text
print(answer.json()["client_id"])
