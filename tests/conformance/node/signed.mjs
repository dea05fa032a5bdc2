// Tokens that other servers read themselves, verified by `jose` and by what `oauth4webapi` knows of RFC 9068, through the published
// keys, also while keys are replaced. `node signed.mjs BASE BINARY`, in the folder of the server's key ring; leaves the tokens in
// `tokens.json` for others to verify.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { compactDecrypt, createLocalJWKSet, decodeProtectedHeader, importJWK, jwtVerify } from 'jose';
import * as oauth from 'oauth4webapi';
import { restart } from './boundary.mjs';
import { loopback, refusedAs, Server } from './client.mjs';
import { run } from './table.mjs';

const [base, binary] = process.argv.slice(2);
const server = await Server.at(base);
const secret = oauth.ClientSecretBasic('brief-secret-for-this-run-only');
const SIGNED = { ES256: 'https://es256.example/mcp', EdDSA: 'https://eddsa.example/mcp', RS256: 'https://rs256.example/mcp' };
const READER = 'https://reader.example/mcp';
const reader = await importJWK(JSON.parse(await readFile('reader-private.json', 'utf8')), 'ECDH-ES');

const published = async () => (await fetch(server.as.jwks_uri)).json();
const forMachine = async (resource) =>
  (await server.machineTokens({ client_id: 'brief' }, secret, { resource, scope: 'mcp:tools' })).access_token;

async function forPerson(resource) {
  const client = { client_id: 'desk', resource };
  return (await server.tokens(client, oauth.None(), await server.authorized(client, { resource }))).access_token;
}

/** As a resource server does that was told the issuer and nothing else. */
async function verified(token, audience, algorithm, keys) {
  const { payload, protectedHeader } = await jwtVerify(token, createLocalJWKSet(keys), {
    issuer: base, audience, typ: 'at+jwt', algorithms: [algorithm], requiredClaims: ['sub', 'client_id', 'jti', 'iat', 'exp', 'scope'],
  });
  assert(keys.keys.some(({ kid, alg, use }) => kid === protectedHeader.kid && alg === algorithm && use === 'sig'));
  return payload;
}

const kidOf = (token) => decodeProtectedHeader(token).kid;
const rotate = (algorithm) => execFileSync(binary, ['keys', 'rotate', '--keyring', 'keyring.json', '--ring', 'signing', '--algorithm', algorithm]);
const kept = [];
const keep = (token, audience, algorithm) => kept.push({ token, audience, algorithm });

await run({
  async publishedKeysArePublic() {
    const { keys } = await published();
    assert.deepEqual(keys.map(({ alg }) => alg).sort(), Object.keys(SIGNED).sort());
    for (const key of keys) for (const part of ['d', 'p', 'q', 'dp', 'dq', 'qi', 'k']) assert(!(part in key), part);
  },

  async tokensOfEveryAlgorithmForMachinesAndPeople() {
    const keys = await published();
    for (const [algorithm, audience] of Object.entries(SIGNED)) {
      const [machine, person] = [await forMachine(audience), await forPerson(audience)];
      assert.equal((await verified(machine, audience, algorithm, keys)).client_id, 'brief');
      const claims = await verified(person, audience, algorithm, keys);
      assert.equal(claims.client_id, 'desk');
      assert.notEqual(claims.sub, claims.client_id);
      await assert.rejects(verified(machine, 'https://elsewhere.example/', algorithm, keys));
      const request = new Request(audience, { headers: { authorization: `Bearer ${machine}` } });
      const told = await oauth.validateJwtAccessToken(server.as, request, audience, { ...loopback, signingAlgorithms: [algorithm] });
      assert.equal(told.iss, base);
      await assert.rejects(server.call(machine), oauth.WWWAuthenticateChallengeError, 'not for this server');
      keep(machine, audience, algorithm);
      keep(person, audience, algorithm);
    }
  },

  async idTokensOfPeople() {
    const keys = createLocalJWKSet(await published());
    const client = { client_id: 'desk', resource: `${base}/mcp` };
    const nonce = oauth.generateRandomNonce();
    const answer = await server.authorized(client, { scope: 'openid mcp:tools', nonce });
    const provider = await Server.at(base, 'oidc');
    const result = await provider.tokens(client, oauth.None(), answer, { expectedNonce: nonce, requireIdToken: true });
    const checks = { issuer: base, audience: 'desk', algorithms: ['ES256'], requiredClaims: ['sub', 'exp', 'iat', 'auth_time', 'at_hash'] };
    const { payload } = await jwtVerify(result.id_token, keys, checks);
    assert.equal(payload.nonce, nonce);
    const digest = createHash('sha256').update(result.access_token).digest();
    assert.equal(payload.at_hash, digest.subarray(0, 16).toString('base64url'), 'OpenID Connect Core §3.1.3.6');
    await assert.rejects(jwtVerify(result.id_token, keys, { ...checks, audience: 'brief' }));
    await assert.rejects(jwtVerify(result.id_token, keys, { ...checks, typ: 'at+jwt' }), undefined, 'it is no access token');
  },

  async whatIsSealedToAServerOpensThereAlone() {
    const keys = await published();
    for (const token of [await forMachine(READER), await forPerson(READER)]) {
      const { plaintext, protectedHeader } = await compactDecrypt(token, reader);
      assert.equal(protectedHeader.cty, 'JWT', 'RFC 7519 §5.2');
      await verified(new TextDecoder().decode(plaintext), READER, 'ES256', keys);
      keep(token, READER, 'ES256');
    }
  },

  async resourcesNobodyConfiguredGetNone() {
    await assert.rejects(forMachine('https://elsewhere.example/mcp'), refusedAs('invalid_target'));
  },

  async keysAreReplacedInTwoSteps() {
    for (const [algorithm, audience] of Object.entries(SIGNED)) {
      const before = await forMachine(audience);
      rotate(algorithm);
      await restart();
      const ahead = await published();
      const pending = await forMachine(audience);
      assert.equal(kidOf(pending), kidOf(before), 'published ahead, not used yet');
      rotate(algorithm);
      await restart();
      const after = await forMachine(audience);
      assert.notEqual(kidOf(after), kidOf(before));
      for (const token of [before, pending, after]) {
        await verified(token, audience, algorithm, ahead);
        await verified(token, audience, algorithm, await published());
        keep(token, audience, algorithm);
      }
    }
  },
});
await writeFile('tokens.json', JSON.stringify(kept));
