"""Tokens that other servers read themselves, verified by `joserfc`, by `PyJWT` and by what FastMCP servers are protected with.
`python signed.py BASE`, in the folder where `signed.mjs` left the tokens.
"""

import asyncio
import json
import sys
import warnings
from pathlib import Path

import jwt as pyjwt
import requests
from fastmcp.server.auth.providers.introspection import IntrospectionTokenVerifier
from fastmcp.server.auth.providers.jwt import JWTVerifier
from joserfc import jwe, jwt
from joserfc.jwk import ECKey, KeySet

# It prefers the newer name `Ed25519` for `EdDSA`.
warnings.filterwarnings("ignore", message="EdDSA is deprecated")
(base,) = sys.argv[1:]
metadata = requests.get(f"{base}/.well-known/oauth-authorization-server", timeout=30).json()
jwks = requests.get(metadata["jwks_uri"], timeout=30).json()
reader = ECKey.import_key(json.loads(Path("reader-private.json").read_text()))
tokens = json.loads(Path("tokens.json").read_text())


def by_joserfc(token: str, audience: str, algorithm: str) -> dict:
    read = jwt.decode(token, KeySet.import_key_set(jwks), algorithms=[algorithm])
    assert read.header["typ"] == "at+jwt", read.header
    rules = jwt.JWTClaimsRegistry(
        iss={"essential": True, "value": base}, aud={"essential": True, "value": audience}, exp={"essential": True},
        iat={"essential": True}, sub={"essential": True}, client_id={"essential": True}, jti={"essential": True},
    )
    rules.validate(read.claims)
    return read.claims


def by_pyjwt(token: str, audience: str, algorithm: str) -> dict:
    key = pyjwt.PyJWKSet.from_dict(jwks)[pyjwt.get_unverified_header(token)["kid"]]
    required = {"require": ["exp", "iat", "sub", "client_id", "jti"]}
    return pyjwt.decode(token, key, algorithms=[algorithm], audience=audience, issuer=base, options=required)


async def by_fastmcp(token: str, audience: str, algorithm: str, client: str) -> None:
    rules = {"audience": audience, "required_scopes": ["mcp:tools"]}
    read = JWTVerifier(jwks_uri=metadata["jwks_uri"], issuer=base, algorithm=algorithm, **rules)
    found = await read.verify_token(token)
    assert found and found.client_id == client and "mcp:tools" in found.scopes, found
    assert await read.verify_token(token[:-8] + "AAAAAAAA") is None
    wrong = JWTVerifier(jwks_uri=metadata["jwks_uri"], issuer=base, algorithm=algorithm, audience="https://elsewhere.example/")
    assert await wrong.verify_token(token) is None
    if client == "brief":  # It may ask about its own.
        secret = "brief-secret-for-this-run-only"
        asks = IntrospectionTokenVerifier(introspection_url=metadata["introspection_endpoint"], client_id=client, client_secret=secret, **rules)
        found = await asks.verify_token(token)
        assert found and found.client_id == client and found.expires_at, found
        assert await asks.verify_token("nothing") is None


seen = {(kept["algorithm"], kept["audience"]) for kept in tokens}
assert len(seen) == 4 and len(tokens) >= 17, tokens
for kept in tokens:
    token = kept["token"]
    if token.count(".") == 4:
        token = jwe.decrypt_compact(token, reader, algorithms=["ECDH-ES", "A256GCM"]).plaintext.decode()
    claims = by_joserfc(token, kept["audience"], kept["algorithm"])
    assert claims == by_pyjwt(token, kept["audience"], kept["algorithm"])
    if kept["token"].count(".") == 2:
        asyncio.run(by_fastmcp(token, kept["audience"], kept["algorithm"], claims["client_id"]))
print(f"joserfc, PyJWT and FastMCP: {len(tokens)} tokens verified, {len(seen)} resources, {len(jwks['keys'])} published keys")
