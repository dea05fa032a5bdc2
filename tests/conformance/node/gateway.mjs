// Clients of the TypeScript SDKs at servers behind the gateway. `node gateway.mjs BASE`; the gateway has `/thirty`, `/events` (the
// same over HTTP+SSE of 2024-11-05) and `/everything`.

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { Person } from './person.mjs';
import { sdk } from './sdk.mjs';

const [base] = process.argv.slice(2);
const REDIRECT = 'http://127.0.0.1:50011/callback';

/** A host that keeps everything in memory, and a person who allows what it asks for. */
class Kept {
  clientMetadata = {
    client_name: 'TypeScript', redirect_uris: [REDIRECT], grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'], token_endpoint_auth_method: 'none',
  };
  redirectUrl = REDIRECT;
  state() { return (this.expectedState = randomUUID()); }
  clientInformation() { return this.client; }
  saveClientInformation(client) { this.client = client; }
  tokens() { return this.kept; }
  saveTokens(tokens) { this.kept = tokens; }
  async redirectToAuthorization(url) { this.answered = await new Person().decide(url); }
  saveCodeVerifier(verifier) { this.verifier = verifier; }
  codeVerifier() { return this.verifier; }
  saveDiscoveryState(discovered) { this.discovered = discovered; }
  discoveryState() { return this.discovered; }
  invalidateCredentials() { this.kept = undefined; this.client = undefined; }
}

async function connected(kind, path, transport) {
  const { connect, UnauthorizedError } = await sdk(kind, transport);
  const kept = new Kept();
  const first = connect(`${base}${path}`, kept, fetch);
  try {
    return await first.connect();
  } catch (trouble) {
    if (!(trouble instanceof UnauthorizedError) && trouble?.cause?.name !== 'UnauthorizedError') throw trouble;
  }
  await first.finishAuth(kept.answered.searchParams);
  return connect(`${base}${path}`, kept, fetch).connect();
}

async function thirty(client) {
  const { tools } = await client.listTools();
  assert.equal(tools.length, 30);
  for (const { name } of tools) {
    const result = await client.callTool({ name, arguments: { text: 'hello' } });
    assert.match(JSON.stringify(result), /says hello/, name);
  }
}

for (const kind of ['v1', 'v2-legacy', 'v2-modern']) {
  const client = await connected(kind, '/thirty');
  await thirty(client);
  await client.close();
  console.log(`typescript ${kind}: thirty tools`);
}
for (const kind of ['v1', 'v2-legacy']) {
  const old = await connected(kind, '/events', 'SSEClientTransport');
  await thirty(old);
  await old.close();
  console.log(`typescript ${kind}: thirty tools over HTTP+SSE`);
  const client = await connected(kind, '/everything');
  const seen = [];
  const onprogress = ({ progress }) => seen.push(progress);
  const call = { name: 'trigger-long-running-operation', arguments: { duration: 2, steps: 4 } };
  if (kind === 'v1') await client.callTool(call, undefined, { onprogress });
  else await client.callTool(call, { onprogress });
  assert(seen.length >= 3, `events arrive while the tool works: ${seen}`);
  await client.close();
  console.log(`typescript ${kind}: server-everything`);
}
