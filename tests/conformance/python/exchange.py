"""Clients of the Python SDK at a server behind the gateway that takes tokens of its own authorization server only.
`python exchange.py BASE SERVER ISSUER`
"""

import asyncio
import sys

import httpx2
from authlib.integrations.requests_client import OAuth2Session
from host import Kept, logging_in
from mcp import Client
from mcp.client.streamable_http import streamable_http_client

base, server, issuer = sys.argv[1:]
CALL = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "who_am_i", "arguments": {}}}


async def post(url: str, token: str) -> httpx2.Response:
    headers = {"Authorization": f"Bearer {token}", "Accept": "application/json, text/event-stream"}
    async with httpx2.AsyncClient(timeout=60) as http:
        return await http.post(url, json=CALL, headers=headers)


async def person() -> None:
    async with httpx2.AsyncClient(auth=logging_in(f"{base}/whoami", Kept()), timeout=60) as http:
        async with Client(streamable_http_client(f"{base}/whoami", http_client=http)) as client:
            for _ in range(5):
                result = await client.call_tool("who_am_i", {})
                assert f"u:demo of {issuer}" in result.model_dump_json(), result
    print("python: a person is themselves at a server of another authorization server")


async def machine() -> None:
    """The other authorization server issues nothing for it, and logging in again would not help."""
    with OAuth2Session("machine", "machine-secret-for-this-run-only") as session:
        token = session.fetch_token(f"{base}/oauth/token", grant_type="client_credentials", resource=f"{base}/whoami")
    token = token["access_token"]
    answer = await post(f"{base}/whoami", token)
    assert answer.status_code == 502 and "www-authenticate" not in answer.headers, answer
    assert "issues none for you" in answer.json()["error"]["message"], answer.text
    direct = await post(server, token)
    assert direct.status_code == 401, "our token is worth nothing there"
    print("python: whom the other authorization server refuses is told so")


async def main() -> None:
    await person()
    await machine()


asyncio.run(main())
