"""Run a provider of identities on loopback that can be told to send wrong ID tokens: python -m ... PORT.

It is oidc-provider-mock. A claim "tamper" of somebody, set by PUT /users/NAME, says what is wrong with their ID token.
"""

from __future__ import annotations

import json
import sys
import time
import warnings
from typing import Any

import flask
from joserfc import jws
from joserfc.jwk import RSAKey
from werkzeug.serving import make_server

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import oidc_provider_mock
    from oidc_provider_mock._storage import storage

_OTHER_KEY = RSAKey.generate_key(2048)
_WRONG_CLAIMS: dict[str, dict[str, Any]] = {
    "issuer": {"iss": "https://evil.example"},
    "audience": {"aud": "another-server"},
    "expired": {"exp": time.time() - 3600, "iat": time.time() - 7200},
    "nonce": {"nonce": "of another sign-in"},
}


def _tamper(response: flask.Response) -> flask.Response:
    """Change the ID token of an answer as its claims say."""
    if flask.request.path != "/oauth2/token" or response.status_code != 200:
        return response
    content = response.get_json()
    claims = json.loads(jws.extract_compact(content["id_token"].encode()).payload)
    kind = claims.get("tamper")
    if kind:
        header: dict[str, Any] = {"alg": "RS256"}
        own_key = RSAKey.import_key(storage.jwk.as_dict(is_private=True))
        key = _OTHER_KEY if kind == "signature" else own_key
        text = json.dumps(claims | _WRONG_CLAIMS.get(kind, {}))
        content["id_token"] = jws.serialize_compact(header | {"kid": own_key.kid}, text.encode(), key)
        if kind == "unsigned":
            _, body, _ = content["id_token"].split(".")
            content["id_token"] = f"eyJhbGciOiJub25lIn0.{body}."
        response.set_data(json.dumps(content))
    return response


def main(port: int) -> None:
    """Serve until the process is stopped."""
    app = oidc_provider_mock.app(require_nonce=True)
    app.after_request(_tamper)
    make_server("127.0.0.1", port, app.wsgi_app, threaded=True).serve_forever()


if __name__ == "__main__":
    main(int(sys.argv[1]))
