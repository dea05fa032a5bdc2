// Tokens of an issuer that is not ours at resources that we serve, signed and opaque, bearer tokens and such that are bound to a
// key. Everything is found from the URL of the resource. `node issuers.mjs BASE`

import assert from 'node:assert/strict';
import * as oauth from 'oauth4webapi';
import { loopback } from './client.mjs';
import { robot, tokenFor } from './issued.mjs';
import { run } from './table.mjs';

const [base] = process.argv.slice(2);
const RESOURCES = ['signed', 'opaque'].map((name) => `${base}/${name}`);

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
