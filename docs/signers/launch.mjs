// Signs a launch token with Node alone. The key is an Ed25519 private key in PEM, made with
//   openssl genpkey -algorithm ed25519 -out launch.pem
// Its public half goes into your key set: node launch.mjs launch.pem --jwks
import { createPrivateKey, createPublicKey, randomUUID, sign } from "node:crypto";
import { readFileSync } from "node:fs";

const base64url = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");

export function launchToken(key, kid, claims) {
  const now = Math.floor(Date.now() / 1000); // seconds, not milliseconds
  const header = { alg: "EdDSA", typ: "pay-launch+jwt", kid };
  const payload = { iat: now, exp: now + 120, jti: randomUUID(), ...claims };
  const signed = `${base64url(header)}.${base64url(payload)}`;
  return `${signed}.${sign(null, Buffer.from(signed), key).toString("base64url")}`;
}

export function keySet(key, kid) {
  const { kty, crv, x } = createPublicKey(key).export({ format: "jwk" });
  return { keys: [{ kty, crv, x, kid, alg: "EdDSA", use: "sig" }] };
}

// From the command line: the file of the key, then the claims as JSON.
if (process.argv[1]?.endsWith("launch.mjs")) {
  const key = createPrivateKey(readFileSync(process.argv[2]));
  const told = process.argv[3];
  console.log(told === "--jwks" ? JSON.stringify(keySet(key, "launch-1")) : launchToken(key, "launch-1", JSON.parse(told)));
}
