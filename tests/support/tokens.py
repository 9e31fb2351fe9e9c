"""Signed tokens (RFC 7515, 7519) made without zanhu: HMAC with Python, RSA and ECDSA with the openssl command."""

import base64
import hashlib
import hmac
import json
import subprocess
import time

HASHES = {"HS256": hashlib.sha256, "HS384": hashlib.sha384, "HS512": hashlib.sha512}


def base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def part(content):
    return base64url(json.dumps(content).encode())


def claims(**changes):
    """Good ones; a change to None leaves a claim out."""
    all_claims = {"exp": int(time.time()) + 3600, **changes}
    return {name: value for name, value in all_claims.items() if value is not None}


def signed(content, sign, **header):
    signing_input = f"{part({'typ': 'JWT', **header})}.{part(content)}"
    return f"{signing_input}.{base64url(sign(signing_input.encode()))}"


def hmac_token(content, secret, algorithm="HS256", **header):
    def sign(data):
        return hmac.new(secret.encode(), data, HASHES[algorithm]).digest()

    return signed(content, sign, alg=algorithm, **header)


class PrivateKey:
    """Of `openssl genpkey`; `public` is the file for zanhu."""

    def __init__(self, directory, name, *options):
        self.path = directory / f"{name}.key"
        self.public = directory / f"{name}.pem"
        self._openssl("genpkey", "-out", self.path, *options)
        self._openssl("pkey", "-in", self.path, "-pubout", "-out", self.public)

    @staticmethod
    def _openssl(*arguments, data=None):
        done = subprocess.run(["openssl", *map(str, arguments)], input=data, capture_output=True, check=True)
        return done.stdout

    def sign(self, data):
        return self._openssl("dgst", "-sha256", "-sign", self.path, data=data)


class RsaKey(PrivateKey):
    def __init__(self, directory, name="rsa", bits=2048):
        super().__init__(directory, name, "-algorithm", "RSA", "-pkeyopt", f"rsa_keygen_bits:{bits}")

    def token(self, content, **header):
        return signed(content, self.sign, **{"alg": "RS256", **header})


class EcKey(PrivateKey):
    def __init__(self, directory, name="ec", curve="P-256"):
        super().__init__(directory, name, "-algorithm", "EC", "-pkeyopt", f"ec_paramgen_curve:{curve}")

    def token(self, content, **header):
        return signed(content, lambda data: raw_signature(self.sign(data)), **{"alg": "ES256", **header})


def raw_signature(der):
    """r and s, 32 bytes each, from the DER form (two INTEGERs in a SEQUENCE of fewer than 128 bytes)."""
    numbers = []
    rest = der[2:]
    for _ in range(2):
        size = rest[1]
        numbers.append(int.from_bytes(rest[2 : 2 + size], "big").to_bytes(32, "big"))
        rest = rest[2 + size :]
    return b"".join(numbers)
