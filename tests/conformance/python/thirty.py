"""An MCP server with thirty tools that knows nothing of OAuth, made with fastmcp. `python thirty.py http|sse PORT`"""

import sys

from fastmcp import FastMCP

transport, port = sys.argv[1], int(sys.argv[2])
server = FastMCP("thirty")


def made(number: int):
    def tool(text: str = "") -> str:
        return f"tool {number} says {text}"

    tool.__name__ = f"tool_{number:02}"
    return tool


for number in range(1, 31):
    server.tool(made(number))
server.run(transport=transport, host="127.0.0.1", port=port, show_banner=False)
