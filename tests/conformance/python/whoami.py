"""An MCP server that takes tokens of its own authorization server and of nobody else, made with fastmcp. `python whoami.py PORT ISSUER`"""

import sys

from fastmcp import FastMCP
from fastmcp.server.auth import RemoteAuthProvider
from fastmcp.server.auth.providers.jwt import JWTVerifier
from fastmcp.server.dependencies import get_access_token

port, issuer = int(sys.argv[1]), sys.argv[2]
verifier = JWTVerifier(
    jwks_uri=f"{issuer}/jwks", issuer=issuer, audience=f"http://127.0.0.1:{port}/mcp", algorithm="ES256", required_scopes=["tools"],
)
server = FastMCP("whoami", auth=RemoteAuthProvider(verifier, [issuer], f"http://127.0.0.1:{port}"))


@server.tool
def who_am_i() -> str:
    claims = get_access_token().claims
    return f"{claims['sub']} of {claims['iss']}"


server.run(transport="http", host="127.0.0.1", port=port, show_banner=False)
