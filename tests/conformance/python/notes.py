"""Two people at the MCP server that keeps notes and asks about tokens, over both transports: rows C2 to C4.
`python notes.py MCP_URL COMMAND...`; the command serves one person over standard input and output.
"""

import asyncio
import json
import os
import sys

import httpx2
from host import Kept, logging_in
from mcp import Client
from mcp.client.stdio import StdioServerParameters
from mcp.client.streamable_http import streamable_http_client

url, command, *arguments = sys.argv[1:]
PEOPLE = [os.environ["CONFORMANCE_USERNAME"], "somebody"]


async def told(client: Client, tool: str, **given: str) -> dict:
    result = await client.call_tool(tool, given)
    assert not result.is_error, result
    return result.structured_content


async def writes(client: Client, person: str) -> str:
    """Writes a note, finds it again and nothing else; answers where it is."""
    profile = await told(client, "get_user_profile")
    assert profile["subject"] == f"u:{person}", profile
    note = await told(client, "create_secure_note", title="Mine", content=f"only for {person}")
    notes = (await told(client, "list_secure_notes"))["notes"]
    assert [one["note_id"] for one in notes] == [note["note_id"]], notes
    read = await client.read_resource(note["uri"])
    assert f"only for {person}" in read.model_dump_json(), read
    assert person in (await client.read_resource("user://profile")).model_dump_json()
    assert json.dumps(await told(client, "get_api_usage"))
    return note["uri"]


async def over_http(person: str, kept: Kept, mode: str, others: list[str]) -> str:
    async with httpx2.AsyncClient(auth=logging_in(url, kept, person), timeout=60) as http:
        async with Client(streamable_http_client(url, http_client=http), mode=mode) as client:
            uri = await writes(client, person)
            for other in others:
                try:
                    read = await client.read_resource(other)
                except Exception as refused:
                    assert "only for" not in str(refused), refused
                else:
                    raise AssertionError(f"{person} reads {other}: {read}")
            return uri


async def over_stdio(person: str, kept: Kept) -> None:
    environment = {**os.environ, "MCP_ACCESS_TOKEN": kept.tokens.access_token}
    async with Client(StdioServerParameters(command=command, args=arguments, env=environment)) as client:
        await writes(client, person)


async def main() -> None:
    kept, seen = {person: Kept() for person in PEOPLE}, []
    for person, mode in zip(PEOPLE, ["auto", "legacy"]):
        seen.append(await over_http(person, kept[person], mode, seen))
    print(f"{len(PEOPLE)} people log in and write, and neither reads what the other wrote")
    for person in PEOPLE:
        await over_stdio(person, kept[person])
    print("the same with a token in the environment, over standard input and output")


asyncio.run(main())
