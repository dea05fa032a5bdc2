"""Clients of the Python SDK at servers behind the gateway. `python gateway.py BASE STATIC_TOKEN`; the gateway has `/thirty`,
`/events` (the same over HTTP+SSE of 2024-11-05) and `/everything`.
"""

import asyncio
import os
import sys
from contextlib import asynccontextmanager
from urllib.parse import parse_qs, urlsplit

import anyio
import httpx2
from authlib.integrations.requests_client import OAuth2Session
from forms import Visitor
from mcp import Client
from mcp.client.auth import OAuthClientProvider
from mcp.client.sse import sse_client
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.auth import AuthorizationCodeResult, OAuthClientMetadata

base, static_token = sys.argv[1:]
REDIRECT = "http://127.0.0.1:50010/callback"


class Kept:
    tokens = client = None

    async def get_tokens(self):
        return self.tokens

    async def set_tokens(self, tokens):
        self.tokens = tokens

    async def get_client_info(self):
        return self.client

    async def set_client_info(self, client_info):
        self.client = client_info


def logging_in(url: str) -> OAuthClientProvider:
    """A person who logs in when the client asks for it."""
    answers = []

    async def visit(authorization_url: str) -> None:
        visitor = Visitor(os.environ["CONFORMANCE_USERNAME"], os.environ["CONFORMANCE_PASSWORD"])
        answer = await anyio.to_thread.run_sync(visitor.allow, authorization_url)
        query = parse_qs(urlsplit(answer.headers["location"]).query)
        answers.append(AuthorizationCodeResult(**{name: values[0] for name, values in query.items()}))

    async def answer() -> AuthorizationCodeResult:
        return answers.pop()

    metadata = OAuthClientMetadata(client_name="Gateway", redirect_uris=[REDIRECT], token_endpoint_auth_method="none")
    return OAuthClientProvider(url, metadata, Kept(), visit, answer)


class Bearer(httpx2.Auth):
    def __init__(self, token: str) -> None:
        self.token = token

    def auth_flow(self, request):
        request.headers["Authorization"] = f"Bearer {self.token}"
        yield request


def machine_token(path: str) -> str:
    with OAuth2Session("machine", "machine-secret-for-this-run-only") as session:
        token = session.fetch_token(f"{base}/oauth/token", grant_type="client_credentials", resource=base + path)
    return token["access_token"]


@asynccontextmanager
async def connected(path: str, auth: httpx2.Auth, mode: str):
    if mode == "sse":
        async with Client(sse_client(base + path, auth=auth), mode="legacy") as client:
            yield client
        return
    async with httpx2.AsyncClient(auth=auth, timeout=60) as http:
        async with Client(streamable_http_client(base + path, http_client=http), mode=mode) as client:
            yield client


async def thirty(path: str, auth: httpx2.Auth, mode: str) -> None:
    """Row T8: every one of thirty tools answers."""
    async with connected(path, auth, mode) as client:
        tools = [tool.name for tool in (await client.list_tools()).tools]
        assert sorted(tools) == [f"tool_{number:02}" for number in range(1, 31)], tools
        for number in range(1, 31):
            result = await client.call_tool(f"tool_{number:02}", {"text": "hello"})
            assert f"tool {number} says hello" in result.model_dump_json(), result


async def everything(auth: httpx2.Auth, mode: str) -> None:
    async with connected("/everything", auth, mode) as client:
        tools = {tool.name for tool in (await client.list_tools()).tools}
        assert "echo" in tools, tools
        result = await client.call_tool("echo", {"message": "through the gate"})
        assert "through the gate" in result.model_dump_json(), result
        heard = []

        async def progress(done, total, text):
            heard.append(done)

        running = "trigger-long-running-operation"
        assert running in tools, tools
        await client.call_tool(running, {"duration": 2, "steps": 4}, progress_callback=progress)
        assert len(heard) >= 3, f"events arrive while the tool works: {heard}"
        resources = (await client.list_resources()).resources
        assert resources and (await client.read_resource(str(resources[0].uri))).contents
        assert (await client.list_prompts()).prompts


async def main() -> None:
    ways = {
        "code": lambda path: logging_in(base + path),
        "client credentials": lambda path: Bearer(machine_token(path)),
        "static bearer": lambda _: Bearer(static_token),
    }
    for way, auth in ways.items():
        for mode in ("legacy", "auto"):
            await thirty("/thirty", auth("/thirty"), mode)
        await thirty("/events", auth("/events"), "sse")
        print(f"python: thirty tools with a token from {way}, over both transports")
    for mode in ("legacy", "auto"):
        await everything(logging_in(f"{base}/everything"), mode)
        print(f"python {mode}: server-everything")


asyncio.run(main())
