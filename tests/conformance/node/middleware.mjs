// Tokens that other servers read themselves, at a server that is protected by a middleware of others: it knows our issuer and
// finds everything else. `node middleware.mjs BASE`, in the folder where `signed.mjs` left its tokens.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import express from 'express';
import { auth, requiredScopes } from 'express-oauth2-jwt-bearer';
import { run } from './table.mjs';

const [base] = process.argv.slice(2);
const AUDIENCE = 'https://es256.example/mcp';
const kept = JSON.parse(await readFile('tokens.json', 'utf8'));
const tokens = kept.filter(({ audience }) => audience === AUDIENCE).map(({ token }) => token);

/** What a request with this token is answered by a server for this audience that wants this scope. */
async function answered(token, audience = AUDIENCE, scope = 'mcp:tools') {
  const app = express();
  const protect = auth({ issuerBaseURL: base, audience, strict: true, tokenSigningAlg: 'ES256' });
  app.get('/', protect, requiredScopes(scope), (request, response) => response.json(request.auth.payload));
  app.use((error, _request, response, _next) => response.status(error.status ?? 500).end(error.message));
  const server = await new Promise((resolve) => { const one = app.listen(0, '127.0.0.1', () => resolve(one)); });
  try {
    return await fetch(`http://127.0.0.1:${server.address().port}/`, { headers: { authorization: `Bearer ${token}` } });
  } finally {
    server.close();
  }
}

await run({
  async aMiddlewareOfOthersTakesOurTokens() {
    assert(tokens.length >= 2);
    for (const token of tokens) {
      const answer = await answered(token);
      assert.equal(answer.status, 200, await answer.clone().text());
      const { iss, aud } = await answer.json();
      assert.deepEqual([iss, aud], [base, AUDIENCE]);
    }
  },

  async andNothingElse() {
    const [token] = tokens;
    const [header, claims, signature] = token.split('.');
    const { exp, ...rest } = JSON.parse(Buffer.from(claims, 'base64url'));
    const longer = Buffer.from(JSON.stringify({ ...rest, exp: exp + 60 })).toString('base64url');
    assert.equal((await answered([header, longer, signature].join('.'))).status, 401, 'altered');
    assert.equal((await answered(token, 'https://elsewhere.example/mcp')).status, 401, 'for another server');
    assert.equal((await answered(token, AUDIENCE, 'mcp:admin')).status, 403, 'without the scope');
  },
});
