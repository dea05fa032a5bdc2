"""Clients of the Python SDK at servers behind the gateway. `python gateway.py BASE STATIC_TOKEN`; the gateway has `/thirty`,
`/events` (the same over HTTP+SSE of 2024-11-05) and `/everything`.
"""

import asyncio
import sys
from contextlib import asynccontextmanager

import httpx2
from authlib.integrations.requests_client import OAuth2Session
from host import Kept, logging_in
from mcp import Client
from mcp.client.sse import sse_client
from mcp.client.streamable_http import streamable_http_client

base, static_token = sys.argv[1:]


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
        "code": lambda path: logging_in(base + path, Kept()),
        "client credentials": lambda path: Bearer(machine_token(path)),
        "static bearer": lambda _: Bearer(static_token),
    }
    for way, auth in ways.items():
        for mode in ("legacy", "auto"):
            await thirty("/thirty", auth("/thirty"), mode)
        await thirty("/events", auth("/events"), "sse")
        print(f"python: thirty tools with a token from {way}, over both transports")
    for mode in ("legacy", "auto"):
        await everything(logging_in(f"{base}/everything", Kept()), mode)
        print(f"python {mode}: server-everything")


asyncio.run(main())
