"""The journey of a Python client: discovery, registration, login and consent in Chromium, tokens, tools, refresh, and a
second visit after every node was killed. `python journey.py legacy|auto MCP_URL`; with `CONFORMANCE_DOCUMENT` set, the client is
known by the document at that URL and never registers. `CONFORMANCE_PAGES` and `CONFORMANCE_PAGES_AGAIN` are the pages
of the first and of a later visit, if they are not those of a local login.
"""

import asyncio
import json
import os
import sys
import time
from urllib.parse import parse_qs, urlsplit

import anyio
import httpx2
from boundary import boundary, restart
from host import Kept
from mcp import Client
from mcp.client.auth import OAuthClientProvider
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.auth import AuthorizationCodeResult, OAuthClientMetadata

mode, mcp_url = sys.argv[1:]
document = os.environ.get("CONFORMANCE_DOCUMENT")
first_pages = os.environ.get("CONFORMANCE_PAGES", "login,consent").split(",")
later_pages = os.environ.get("CONFORMANCE_PAGES_AGAIN", "consent").split(",")


class Stepping(httpx2.AsyncBaseTransport):
    """Requests one at a time, each after a boundary, each with its whole answer: a node dies between steps, never in one."""

    def __init__(self) -> None:
        self.inner = httpx2.AsyncHTTPTransport()
        self.turn = asyncio.Lock()
        self.requests: list[tuple[str, str, int, str]] = []

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        async with self.turn:
            await anyio.to_thread.run_sync(boundary, f"{request.method} {request.url.path}")
            answer = await self.inner.handle_async_request(request)
            sent = request.content.decode() if request.method == "POST" else ""
            self.requests.append((request.method, request.url.path, answer.status_code, sent))
            if request.method != "GET":
                await answer.aread()
            return answer

    async def aclose(self) -> None:
        await self.inner.aclose()


class Person:
    """The browser of the person, and the loopback listener of the client that awaits the answer."""

    async def __aenter__(self):
        self.answers: asyncio.Queue[str] = asyncio.Queue()
        self.listener = await asyncio.start_server(self.receive, "127.0.0.1", 0)
        port = self.listener.sockets[0].getsockname()[1]
        self.redirect = f"http://127.0.0.1:{port}/callback"
        self.visits: list[list[str]] = []
        pipe = asyncio.subprocess.PIPE
        self.browser = await asyncio.create_subprocess_exec(
            os.environ["CONFORMANCE_NODE"], os.environ["CONFORMANCE_BROWSER"], stdin=pipe, stdout=pipe
        )
        return self

    async def __aexit__(self, *_):
        self.browser.stdin.close()
        await self.browser.wait()
        self.listener.close()

    async def receive(self, reader, writer):
        line = (await reader.readline()).decode()
        while (await reader.readline()).strip():
            pass
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")
        await writer.drain()
        writer.close()
        target = line.split(" ")[1]
        if target.startswith("/callback"):
            await self.answers.put(target)

    async def visit(self, authorization_url: str) -> None:
        request = json.dumps({"url": authorization_url, "redirect": self.redirect})
        self.browser.stdin.write(request.encode() + b"\n")
        await self.browser.stdin.drain()
        answer = json.loads(await self.browser.stdout.readline())
        if "error" in answer:
            raise RuntimeError(answer["error"])
        self.visits.append(answer["pages"])

    async def answer(self) -> AuthorizationCodeResult:
        query = parse_qs(urlsplit(await self.answers.get()).query)
        assert all(len(values) == 1 for values in query.values()), query
        return AuthorizationCodeResult(**{name: values[0] for name, values in query.items()})


def calculation(schema: dict) -> dict:
    """Six times seven in the words of the tool's own schema."""
    properties = schema["properties"]
    if "expression" in properties:
        return {"expression": "6 * 7"}
    words = properties["operation"].get("enum", ["multiply"])
    return {"operation": next(word for word in words if word.startswith("mul")), "a": 6, "b": 7}


class Visit:
    """One run of a host: it starts with what was kept, connects, and calls tools."""

    def __init__(self, person: Person, kept: Kept, wire: Stepping) -> None:
        metadata = OAuthClientMetadata(
            client_name=f"Python {mode}", redirect_uris=[person.redirect], token_endpoint_auth_method="none"
        )
        self.provider = OAuthClientProvider(
            mcp_url, metadata, kept, person.visit, person.answer, client_metadata_url=document
        )
        self.wire = wire

    def expire(self) -> None:
        """What the passing of an hour does: the SDK believes that its access token is over."""
        self.provider.context.token_expiry_time = time.time() - 1

    async def use_tools(self, expire_between: bool = False) -> None:
        async with httpx2.AsyncClient(auth=self.provider, transport=self.wire, timeout=60) as http:
            async with Client(streamable_http_client(mcp_url, http_client=http), mode=mode) as client:
                tools = {tool.name: tool for tool in (await client.list_tools()).tools}
                assert {"calculator", "echo", "system_info"} <= tools.keys(), tools.keys()
                if expire_between:
                    self.expire()
                result = await client.call_tool("calculator", calculation(tools["calculator"].input_schema))
                assert "42" in result.model_dump_json(), result


async def journey(person: Person, wire: Stepping) -> None:
    kept = Kept()

    def sent(path_end: str, words: str) -> list[tuple[str, int]]:
        return [(path, status) for _, path, status, body in wire.requests if path.endswith(path_end) and words in body]

    await Visit(person, kept, wire).use_tools(expire_between=True)
    assert person.visits == [first_pages], "a new client is never let in silently"
    assert sent("token", "grant_type=refresh_token") == [("/oauth/token", 200)]

    await anyio.to_thread.run_sync(restart)
    before = kept.tokens
    visit = Visit(person, kept, wire)
    visit.expire()
    await visit.use_tools()
    # A host that was just started has not discovered anything yet: the SDK then refreshes at the root of the origin.
    assert sent("token", "grant_type=refresh_token")[1:] == [("/token", 200)]
    assert len(person.visits) == 1, "the refresh token is enough"
    assert kept.tokens.access_token != before.access_token

    await anyio.to_thread.run_sync(restart)
    registered = kept.client.client_id
    kept.tokens = None
    await Visit(person, kept, wire).use_tools()
    assert person.visits[1:] == [later_pages], "the login session outlives a restart, and consent is asked again"
    assert kept.client.client_id == registered, "the registration outlives a restart"
    assert sent("register", "") == ([] if document else [("/oauth/register", 201)])
    assert document in (None, registered)
    await anyio.to_thread.run_sync(boundary, "end")
    print(f"python {mode}{' by document' if document else ''}: {len(wire.requests)} requests")


async def main() -> None:
    wire = Stepping()
    try:
        async with Person() as person:
            await journey(person, wire)
    except BaseException:
        for method, path, status, _ in wire.requests:
            print(status, method, path, file=sys.stderr)
        raise


asyncio.run(main())
