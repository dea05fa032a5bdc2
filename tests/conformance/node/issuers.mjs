// Tokens of an issuer that is not ours at resources that we serve, signed and opaque, bearer tokens and such that are bound to a
// key. Everything is found from the URL of the resource. `node issuers.mjs BASE`

import assert from 'node:assert/strict';
import * as oauth from 'oauth4webapi';
import { loopback } from './client.mjs';
import { run } from './table.mjs';

const [base] = process.argv.slice(2);
const robot = { client_id: 'robot' };
const secret = oauth.ClientSecretBasic('brief-secret-for-this-run-only');
const RESOURCES = ['signed', 'opaque'].map((name) => `${base}/${name}`);

/** The issuer that the resource names, discovered by a library. */
async function issuerOf(resource) {
  const url = new URL(resource);
  const metadata = await oauth.resourceDiscoveryRequest(url, loopback);
  const { authorization_servers: [named] } = await oauth.processResourceDiscoveryResponse(url, metadata);
  assert.notEqual(named, base, 'it is not us');
  const issuer = new URL(named);
  return oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, { ...loopback, algorithm: 'oidc' }));
}

async function tokenFor(resource, options = {}) {
  const as = await issuerOf(resource);
  const fields = new URLSearchParams({ resource, scope: 'mcp:tools' });
  const answer = await oauth.clientCredentialsGrantRequest(as, robot, secret, fields, { ...loopback, ...options });
  return (await oauth.processClientCredentialsResponse(as, robot, answer)).access_token;
}

const echo = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'echo', arguments: { message: 'hello' } } });
const headers = new Headers({ 'content-type': 'application/json', accept: 'application/json, text/event-stream' });
const call = (resource, token, options = {}) =>
  oauth.protectedResourceRequest(token, 'POST', new URL(resource), headers, echo, { ...loopback, ...options });

const heard = async (response) => (await response.json()).result.content[0].text;

/** The challenge of a request that is refused. */
async function refusal(request) {
  try {
    return `answered ${(await request).status}`;
  } catch (error) {
    assert(error instanceof oauth.WWWAuthenticateChallengeError, error);
    return `${error.status} ${error.cause.map(({ scheme, parameters }) => `${scheme} ${parameters.error}`).join(', ')}`;
  }
}

await run({
  async eachResourceTakesItsTokens() {
    for (const resource of RESOURCES) {
      const token = await tokenFor(resource);
      assert.equal(token.split('.').length, resource.endsWith('signed') ? 3 : 1);
      assert.equal(await heard(await call(resource, token)), 'hello');
    }
  },

  async noResourceTakesTheTokensOfTheOther() {
    const [signed, opaque] = await Promise.all(RESOURCES.map((resource) => tokenFor(resource)));
    for (const [resource, token] of [[RESOURCES[0], opaque], [RESOURCES[1], signed], [`${base}/mcp`, signed]]) {
      assert.match(await refusal(call(resource, token)), /^401 .*invalid_token/);
    }
  },

  async tokensAreBoundToTheKeyOfTheirClient() {
    for (const resource of RESOURCES) {
      const key = await oauth.generateKeyPair('ES256');
      const DPoP = oauth.DPoP(robot, key);
      const token = await tokenFor(resource, { DPoP });
      assert.equal(await heard(await call(resource, token, { DPoP })), 'hello');
      assert.match(await refusal(call(resource, token)), /^401 .*invalid_token/, 'without the proof');
      const thief = oauth.DPoP(robot, await oauth.generateKeyPair('ES256'));
      assert.match(await refusal(call(resource, token, { DPoP: thief })), /^401 .*invalid_token/, 'with another key');
    }
  },
});
