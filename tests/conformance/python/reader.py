"""Makes the key of a resource server: `reader.json`, which it publishes, and `reader-private.json`."""

import json
from pathlib import Path

from joserfc.jwk import ECKey

key = ECKey.generate_key("P-256", {"use": "enc", "alg": "ECDH-ES", "kid": "reader"}, auto_kid=False)
Path("reader.json").write_text(json.dumps(key.as_dict(private=False)))
Path("reader-private.json").write_text(json.dumps(key.as_dict(private=True)))
