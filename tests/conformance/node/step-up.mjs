// Step-up: a client with a token for the tools calls one that needs more, is told so, asks the person again, and calls it.
// `node step-up.mjs v1|v2-legacy|v2-modern MCP_URL`; the calculator there needs `mcp:admin`.

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { authorize, openBrowser } from './browser.mjs';
import { listenForAnswer } from './callback.mjs';
import { sdk } from './sdk.mjs';

const [kind, mcpUrl] = process.argv.slice(2);
const { connect } = await sdk(kind);

/** What a host keeps. The older SDK refreshes instead of asking again where it can refresh, so there it cannot. */
class Kept {
  constructor(redirect) {
    this.redirectUrl = redirect;
    this.clientMetadata = {
      client_name: `Step-up ${kind}`, redirect_uris: [redirect], response_types: ['code'], token_endpoint_auth_method: 'none',
      grant_types: kind === 'v1' ? ['authorization_code'] : ['authorization_code', 'refresh_token'],
    };
  }
  state() { return (this.expectedState = randomUUID()); }
  clientInformation() { return this.client; }
  saveClientInformation(client) { this.client = client; }
  tokens() { return this.kept; }
  saveTokens(tokens) { this.kept = tokens; }
  redirectToAuthorization(url) { this.authorizationUrl = url; }
  saveCodeVerifier(verifier) { this.verifier = verifier; }
  codeVerifier() { return this.verifier; }
  saveDiscoveryState(discovered) { this.discovered = discovered; }
  discoveryState() { return this.discovered; }
}

const statuses = [];
async function watchingFetch(input, init = {}) {
  const answer = await fetch(input, init);
  if (new URL(input).pathname === '/mcp' && init.method === 'POST') {
    statuses.push(answer.status);
    if (answer.status === 403) {
      const { error, error_description: told, scope } = await answer.clone().json();
      assert.equal(error, 'insufficient_scope');
      assert.match(told, /calculator needs the scope mcp:admin/, 'a person can read what is missing');
      assert.deepEqual(scope.split(' ').sort(), ['mcp:admin', 'mcp:tools'], 'all scopes of the operation');
    }
  }
  return answer;
}

const listener = await listenForAnswer();
const browser = await openBrowser();
const kept = new Kept(listener.redirect);
const asked = [];

/** Does `work` with a new connection; asks the person once if that takes it, and does it again. */
async function withPerson(work) {
  const first = connect(mcpUrl, kept, watchingFetch);
  try {
    return await work(await first.connect());
  } catch (trouble) {
    const named = [trouble?.name, trouble?.cause?.name, trouble?.constructor?.name];
    if (!named.includes('UnauthorizedError')) throw trouble;
  }
  asked.push(kept.authorizationUrl.searchParams.get('scope'));
  const answered = listener.answer();
  await authorize(browser.context, { url: kept.authorizationUrl.href, redirect: listener.redirect });
  await first.finishAuth(await answered);
  return work(await connect(mcpUrl, kept, watchingFetch).connect());
}

const call = (name, args) => async (client) => {
  const result = await client.callTool({ name, arguments: args });
  await client.close();
  return JSON.stringify(result);
};

try {
  assert.match(await withPerson(call('echo', { message: 'hello' })), /hello/);
  assert.deepEqual(kept.kept.scope.split(' ').includes('mcp:admin'), false, 'no more than was asked for');
  assert.match(await withPerson(call('calculator', { operation: 'multiply', a: 6, b: 7 })), /42/);
  assert(kept.kept.scope.split(' ').includes('mcp:admin'), kept.kept.scope);
  assert.equal(asked.length, 2, 'the person was asked twice');
  assert(asked[1].split(' ').includes('mcp:admin') && asked[1].split(' ').includes('mcp:tools'), asked[1]);
  assert.equal(statuses.filter((status) => status === 403).length, 1, 'one denial');
  console.log(`${kind}: asked for ${asked[0]}, then for ${asked[1]}`);
} catch (trouble) {
  console.error(statuses.join(' '), asked);
  console.error(trouble);
  process.exitCode = 1;
} finally {
  await browser.close();
  listener.close();
}
