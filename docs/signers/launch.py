"""Signs a launch token in Python, with the package cryptography.

The key is an Ed25519 private key in PEM, made with
    openssl genpkey -algorithm ed25519 -out launch.pem
Its public half goes into your key set: python3 launch.py launch.pem --jwks
"""

import base64
import json
import sys
import time
import uuid

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key


def base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def launch_token(key, kid: str, claims: dict) -> str:
    now = int(time.time())  # seconds since 1970
    header = {"alg": "EdDSA", "typ": "pay-launch+jwt", "kid": kid}
    payload = {"iat": now, "exp": now + 120, "jti": str(uuid.uuid4()), **claims}
    signed = ".".join(base64url(json.dumps(part).encode()) for part in (header, payload))
    return signed + "." + base64url(key.sign(signed.encode()))


def key_set(key, kid: str) -> dict:
    x = base64url(key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw))
    return {"keys": [{"kty": "OKP", "crv": "Ed25519", "x": x, "kid": kid, "alg": "EdDSA", "use": "sig"}]}


if __name__ == "__main__":
    with open(sys.argv[1], "rb") as file:
        private = load_pem_private_key(file.read(), password=None)
    if sys.argv[2] == "--jwks":
        print(json.dumps(key_set(private, "launch-1")))
    else:
        print(launch_token(private, "launch-1", json.loads(sys.argv[2])))
