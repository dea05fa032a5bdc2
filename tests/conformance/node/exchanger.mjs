// The authorization server of an MCP server that this project did not write: it exchanges the gateway's statement about a person
// (RFC 8693) for a token of its own. `node exchanger.mjs PORT GATEWAY`

import { createRemoteJWKSet, exportJWK, generateKeyPair, jwtVerify } from 'jose';
import { Provider, errors } from 'oidc-provider';

const [port, gateway] = process.argv.slice(2);
const issuer = `http://127.0.0.1:${port}`;
const EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';
const { privateKey } = await generateKeyPair('ES256', { extractable: true });
const key = { ...await exportJWK(privateKey), kid: 'first', alg: 'ES256', use: 'sig' };

const provider = new Provider(issuer, {
  clients: [{
    client_id: 'gateway', client_secret: 'brief-secret-for-this-run-only', redirect_uris: [], response_types: [],
    grant_types: [EXCHANGE], id_token_signed_response_alg: 'ES256',
  }],
  jwks: { keys: [key] },
  cookies: { keys: ['made up for these runs'] },
  scopes: ['tools'],
  enabledJWA: { idTokenSigningAlgValues: ['ES256'] },
  features: { devInteractions: { enabled: false }, resourceIndicators: { enabled: true } },
  findAccount: (_, accountId) => ({ accountId, claims: () => ({ sub: accountId }) }),
});

let published;
async function keys() {
  if (!published) {
    const metadata = await (await fetch(`${gateway}/.well-known/oauth-authorization-server`)).json();
    published = createRemoteJWKSet(new URL(metadata.jwks_uri));
  }
  return published;
}

async function exchange(ctx) {
  const { client, params } = ctx.oidc;
  if (params.subject_token_type !== 'urn:ietf:params:oauth:token-type:jwt') throw new errors.InvalidRequest('subject_token_type');
  const verified = await jwtVerify(params.subject_token, await keys(), { issuer: gateway, audience: `${issuer}/token`, maxTokenAge: 90 })
    .catch(reason => { console.log(`refused: ${reason}`); throw new errors.InvalidRequest('subject_token'); });
  const { sub } = verified.payload;
  if (!sub.startsWith('u:')) throw new errors.InvalidGrant('for people only');
  const token = new provider.AccessToken({ client, accountId: sub, scope: params.scope, gty: 'exchange' });
  token.resourceServer = new provider.ResourceServer(params.resource, {
    scope: 'tools', audience: params.resource, accessTokenFormat: 'jwt', jwt: { sign: { alg: 'ES256' } },
  });
  ctx.oidc.entity('AccessToken', token);
  ctx.body = {
    access_token: await token.save(), issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
    token_type: token.tokenType, expires_in: token.expiration, scope: token.scope,
  };
  console.log(`exchanged for ${sub}`);
}

const parameters = ['subject_token', 'subject_token_type', 'requested_token_type', 'resource', 'audience', 'scope'];
provider.registerGrantType(EXCHANGE, exchange, parameters);
provider.on('server_error', (_, reason) => console.log(reason));
provider.listen(Number(port), '127.0.0.1', () => console.log(issuer));
