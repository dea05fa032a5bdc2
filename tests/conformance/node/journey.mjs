// The journey of a TypeScript client: discovery, registration, login and consent in Chromium, tokens, tools, refresh,
// and a second visit after every node was killed. `node journey.mjs v1|v2-legacy|v2-modern MCP_URL`; with
// `CONFORMANCE_DOCUMENT` set, the client is known by the document at that URL and never registers. `CONFORMANCE_PAGES` and
// `CONFORMANCE_PAGES_AGAIN` are the pages of the first and of a later visit, if they are not those of a local login.

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { boundary, restart } from './boundary.mjs';
import { authorize, openBrowser } from './browser.mjs';
import { listenForAnswer } from './callback.mjs';
import { sdk } from './sdk.mjs';

const [kind, mcpUrl] = process.argv.slice(2);
const document = process.env.CONFORMANCE_DOCUMENT;
const firstPages = (process.env.CONFORMANCE_PAGES ?? 'login,consent').split(',');
const laterPages = (process.env.CONFORMANCE_PAGES_AGAIN ?? 'consent').split(',');
const { connect, UnauthorizedError } = await sdk(kind);

/** Requests one at a time, each after a boundary, each with its whole answer: a node dies between steps, never in one. */
const requests = [];
let turn = Promise.resolve();
function steppingFetch(input, init = {}) {
  const mine = turn.then(async () => {
    const method = init.method ?? 'GET';
    const path = new URL(input).pathname;
    await boundary(`${method} ${path}`);
    const answer = await fetch(input, init);
    const streamed = method === 'GET' && answer.headers.get('content-type')?.startsWith('text/event-stream');
    requests.push({ method, path, status: answer.status, body: String(init.body ?? '') });
    if (streamed || [204, 205, 304].includes(answer.status)) return answer;
    const text = await answer.text();
    const headers = new Headers(answer.headers);
    headers.delete('content-encoding');
    headers.delete('content-length');
    return new Response(text, { status: answer.status, statusText: answer.statusText, headers });
  });
  turn = mine.catch(() => {});
  return mine;
}

/** What a host keeps about a server: the provider that every TypeScript host writes for itself. */
class Kept {
  constructor(redirect) {
    this.redirectUrl = redirect;
    this.clientMetadataUrl = document;
    this.clientMetadata = {
      client_name: `TypeScript ${kind}`, redirect_uris: [redirect], grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'], token_endpoint_auth_method: 'none',
    };
  }
  state() { return (this.expectedState = randomUUID()); }
  clientInformation() { return this.client; }
  saveClientInformation(client) { this.client = client; }
  tokens() { return this.kept; }
  saveTokens(tokens) { this.kept = tokens; }
  redirectToAuthorization(url) { this.authorizationUrl = url.href; }
  saveCodeVerifier(verifier) { this.verifier = verifier; }
  codeVerifier() { return this.verifier; }
  saveDiscoveryState(discovered) { this.discovered = discovered; }
  discoveryState() { return this.discovered; }
  invalidateCredentials(scope) {
    if (scope === 'all' || scope === 'tokens') this.kept = undefined;
    if (scope === 'all' || scope === 'client') this.client = undefined;
    if (scope === 'all' || scope === 'discovery') this.discovered = undefined;
  }
}

const listener = await listenForAnswer();
const browser = await openBrowser();
const kept = new Kept(listener.redirect);

/** Connects; logs in through the browser if the server wants that. */
async function connectLoggedIn() {
  const first = connect(mcpUrl, kept, steppingFetch);
  try {
    return { client: await first.connect(), pages: [] };
  } catch (trouble) {
    if (!(trouble instanceof UnauthorizedError) && trouble?.cause?.name !== 'UnauthorizedError') throw trouble;
  }
  const answered = listener.answer();
  const { pages } = await authorize(browser.context, { url: kept.authorizationUrl, redirect: listener.redirect });
  const answer = await answered;
  assert.equal(answer.get('state'), kept.expectedState, 'state comes back as it was sent');
  await first.finishAuth(answer);
  return { client: await connect(mcpUrl, kept, steppingFetch).connect(), pages };
}

async function useTools(client) {
  const { tools } = await client.listTools();
  for (const wanted of ['calculator', 'echo', 'system_info']) assert(tools.some(({ name }) => name === wanted), `a tool named ${wanted}`);
  const schema = tools.find(({ name }) => name === 'calculator').inputSchema;
  const result = await client.callTool({ name: 'calculator', arguments: calculation(schema) });
  assert.match(JSON.stringify(result), /42/, 'six times seven');
}

/** Six times seven in the words of the tool's own schema. */
function calculation({ properties }) {
  if (properties.expression) return { expression: '6 * 7' };
  const operation = properties.operation.enum?.find((word) => /^mul/.test(word)) ?? 'multiply';
  return { operation, a: 6, b: 7 };
}

const tokenRequests = (grant) => requests.filter(({ body }) => body.includes(`grant_type=${grant}`));

try {
  let { client, pages } = await connectLoggedIn();
  assert.deepEqual(pages, firstPages, 'a new client is never let in silently');
  await useTools(client);
  await client.close();

  await restart();
  const before = kept.kept;
  kept.kept = { ...before, access_token: `${before.access_token.slice(0, -8)}AAAAAAAA` };
  ({ client, pages } = await connectLoggedIn());
  assert.deepEqual(pages, [], 'the refresh token is enough');
  assert.equal(tokenRequests('refresh_token').length, 1, 'one refresh');
  assert.notEqual(kept.kept.access_token, before.access_token);
  await useTools(client);
  await client.close();

  await restart();
  const registered = kept.client.client_id;
  kept.kept = undefined;
  ({ client, pages } = await connectLoggedIn());
  assert.deepEqual(pages, laterPages, 'the login session outlives a restart, and consent is asked again');
  assert.equal(kept.client.client_id, registered, 'the registration outlives a restart');
  await useTools(client);
  await client.close();

  assert.equal(requests.filter(({ path, status }) => path.endsWith('/register') && status === 201).length, document ? 0 : 1, 'registrations');
  if (document) assert.equal(kept.client.client_id, document);
  await boundary('end');
  console.log(`${kind}${document ? ' by document' : ''}: ${requests.length} requests`);
} catch (trouble) {
  console.error(requests.map(({ method, path, status }) => `${status} ${method} ${path}`).join('\n'));
  console.error(trouble);
  process.exitCode = 1;
} finally {
  await browser.close();
  listener.close();
}
