"""Hosts of client metadata documents, over TLS with an authority made for the run.
`python documents.py FOLDER PORT RECORDED`: makes the authority in FOLDER (`authority.pem`) and serves the documents recorded in
the folders RECORDED at https://localhost:PORT/NAME/client.json, each under the URL it then has.
"""

import datetime
import ipaddress
import json
import ssl
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from joserfc.jwk import RSAKey

folder, port, *recorded = sys.argv[1:]
folder = Path(folder)
ORIGIN = f"https://localhost:{port}"


def certificate(name: str, key, issuer: str, issuer_key, extensions) -> x509.Certificate:
    def named(text):
        return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])

    now = datetime.datetime.now(datetime.UTC)
    builder = x509.CertificateBuilder(
        issuer_name=named(issuer), subject_name=named(name), public_key=key.public_key(),
        serial_number=x509.random_serial_number(), not_valid_before=now - datetime.timedelta(hours=1),
        not_valid_after=now + datetime.timedelta(days=1),
    )
    for extension in extensions:
        builder = builder.add_extension(extension, critical=isinstance(extension, x509.BasicConstraints))
    return builder.sign(issuer_key, hashes.SHA256())


def make_authority() -> None:
    authority, host = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    root = certificate("Authority of this run", authority, "Authority of this run", authority,
                       [x509.BasicConstraints(ca=True, path_length=0)])
    leaf = certificate("localhost", host, "Authority of this run", authority,
                       [x509.BasicConstraints(ca=False, path_length=None), x509.SubjectAlternativeName(names)])
    pem, traditional = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    (folder / "host.pem").write_bytes(
        leaf.public_bytes(pem) + host.private_bytes(pem, traditional, serialization.NoEncryption())
    )
    (folder / "authority.pem").write_bytes(root.public_bytes(pem))


class Keys:
    """The keys of the client that signs its requests; the newest private one is in `signing-key.json`."""

    def __init__(self) -> None:
        self.public: list[dict] = []
        self.rotate()

    def rotate(self) -> None:
        key = RSAKey.generate_key(2048, {"alg": "RS256", "use": "sig", "kid": f"key-{len(self.public)}"}, auto_kid=False)
        self.public.append(key.as_dict(private=False))
        (folder / "signing-key.json").write_text(json.dumps(key.as_dict(private=True)))


def under_its_url(name: str, document: dict) -> dict:
    moved = document | {"client_id": f"{ORIGIN}/{name}/client.json"}
    return moved | {"jwks_uri": f"{ORIGIN}/jwks.json"} if "jwks_uri" in moved else moved


make_authority()
keys = Keys()
documents = {}
for file in sorted(path for place in recorded for path in Path(place).glob("*.json")):
    documents[file.stem] = under_its_url(file.stem, json.loads(file.read_text()))
documents["sdk"] = under_its_url("sdk", {
    "client_name": "SDK", "redirect_uris": ["http://127.0.0.1/callback"], "token_endpoint_auth_method": "none",
    "grant_types": ["authorization_code", "refresh_token"], "response_types": ["code"],
})
# What a stranger might try: a document that says it is another client.
documents["impostor"] = documents["sdk"] | {"client_id": f"{ORIGIN}/other/client.json"}


class Host(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        name, _, rest = self.path.removeprefix("/").partition("/")
        if self.path == "/index.json":
            self.answer({name: document for name, document in documents.items() if name != "impostor"})
        elif self.path == "/jwks.json":
            self.answer({"keys": keys.public})
        elif self.path == "/rotate":
            keys.rotate()
            self.answer({})
        elif rest == "client.json" and name in documents:
            self.answer(documents[name])
        else:
            self.send_error(404)

    def answer(self, value: dict) -> None:
        body = json.dumps(value).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(folder / "host.pem")
server = ThreadingHTTPServer(("127.0.0.1", int(port)), Host)
server.socket = context.wrap_socket(server.socket, server_side=True)
server.serve_forever()
