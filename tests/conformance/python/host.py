"""What a Python host writes around the SDK: it keeps tokens in memory, and has a person who allows what it asks for."""

import os
from urllib.parse import parse_qs, urlsplit

import anyio
from forms import Visitor
from mcp.client.auth import OAuthClientProvider
from mcp.shared.auth import AuthorizationCodeResult, OAuthClientMetadata

REDIRECT = "http://127.0.0.1:50010/callback"


class Kept:
    """The token storage of one host."""

    tokens = client = None

    async def get_tokens(self):
        return self.tokens

    async def set_tokens(self, tokens):
        self.tokens = tokens

    async def get_client_info(self):
        return self.client

    async def set_client_info(self, client_info):
        self.client = client_info


def logging_in(url: str, kept: Kept, username: str | None = None) -> OAuthClientProvider:
    """A person who logs in when the client asks for it: `username`, or the one that every deployment has."""
    username = username or os.environ["CONFORMANCE_USERNAME"]
    answers = []

    async def visit(authorization_url: str) -> None:
        visitor = Visitor(username, os.environ["CONFORMANCE_PASSWORD"])
        answer = await anyio.to_thread.run_sync(visitor.allow, authorization_url)
        query = parse_qs(urlsplit(answer.headers["location"]).query)
        answers.append(AuthorizationCodeResult(**{name: values[0] for name, values in query.items()}))

    async def answer() -> AuthorizationCodeResult:
        return answers.pop()

    metadata = OAuthClientMetadata(client_name="Python", redirect_uris=[REDIRECT], token_endpoint_auth_method="none")
    return OAuthClientProvider(url, metadata, kept, visit, answer)
