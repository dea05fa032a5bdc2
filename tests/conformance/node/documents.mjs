// Clients that are known by a document at an https URL, as they publish it. `node documents.mjs BASE ORIGIN FOLDER`: the documents
// are at ORIGIN; FOLDER has the key of the client that signs its requests.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { importJWK } from 'jose';
import * as oauth from 'oauth4webapi';
import { Server } from './client.mjs';
import { Person } from './person.mjs';
import { run } from './table.mjs';

const [base, origin, folder] = process.argv.slice(2);
const server = await Server.at(base);
const documents = await (await fetch(`${origin}/index.json`)).json();

/** Where the client listens today: a port of its own where it registered loopback. */
const listening = (uri) => uri.replace(/^http:\/\/(127\.0\.0\.1|localhost)(:\d+)?/, 'http://$1:49731');

async function signature() {
  const jwk = JSON.parse(await readFile(`${folder}/signing-key.json`, 'utf8'));
  return oauth.PrivateKeyJwt({ key: await importJWK(jwk, 'RS256'), kid: jwk.kid });
}

/** Login, consent, code, refresh; answers what the consent page said. */
async function journey(document) {
  const client = { ...document, redirect: listening(document.redirect_uris[0]) };
  const signs = document.token_endpoint_auth_method === 'private_key_jwt';
  const authenticate = async () => (signs ? signature() : oauth.None());
  const person = new Person();
  const first = await server.tokens(client, await authenticate(), await server.authorized(client, {}, person));
  assert.deepEqual(person.pages, ['login', 'consent'], 'never silent for a new client');
  const second = await server.refreshed(client, await authenticate(), first.refresh_token);
  assert.equal((await server.call(second.access_token)).status, 200);
  return { client, shown: person.shown };
}

const checks = {
  async theServerSaysThatItReadsDocuments() {
    assert.equal(server.as.client_id_metadata_document_supported, true);
  },
};

for (const [name, document] of Object.entries(documents)) {
  checks[`journeyOf ${name}`] = async () => {
    const { shown } = await journey(document);
    assert(shown.includes(new URL(origin).host), 'the host of the document');
    assert(shown.includes(new URL(document.redirect_uris[0]).hostname), 'the host of the redirect');
  };
}

const signer = Object.values(documents).find(({ jwks_uri: uri }) => uri);

async function pageFor(id, redirect = 'http://127.0.0.1:49731/callback') {
  const page = await new Person().open(server.authorizationUrl({ client_id: id }, {
    redirect_uri: redirect, code_challenge: 'x'.repeat(43), code_challenge_method: 'S256', state: 's',
  }));
  assert.equal(page.location, null, 'never a redirect');
  return page.status;
}

Object.assign(checks, {
  /** Keys are asked for once a minute at most. */
  async aKeyThatIsNewAtTheClientIsFetched() {
    await fetch(`${origin}/rotate`);
    await setTimeout(61_000);
    await journey(signer);
  },

  async aSignatureThatServedDoesNotServeAgain() {
    const redirect = signer.redirect_uris[0];
    const client = { ...signer, redirect };
    const jwk = JSON.parse(await readFile(`${folder}/signing-key.json`, 'utf8'));
    const key = { key: await importJWK(jwk, 'RS256'), kid: jwk.kid };
    const fixed = oauth.PrivateKeyJwt(key, { [oauth.modifyAssertion]: (_, claims) => { claims.jti = 'the-same-twice'; } });
    await server.tokens(client, fixed, await server.authorized(client));
    const answer = await server.authorized(client);
    await assert.rejects(server.tokens(client, fixed, answer), { error: 'invalid_client' });
  },

  async documentsThatLieOrAreMissingGetAPage() {
    assert.equal(await pageFor(`${origin}/impostor/client.json`), 400);
    assert.notEqual(await pageFor(`${origin}/nowhere/client.json`), 200);
    assert.equal(await pageFor(documents.sdk.client_id, 'https://evil.example/callback'), 400);
  },
});

await run(checks);
