// An issuer of access tokens that this project did not write: signed ones for one resource, opaque ones for the other, bound to
// a key where the client shows one. `node issuer.mjs PORT`

import { generateKeyPair, exportJWK } from 'jose';
import { Provider } from 'oidc-provider';

const [port] = process.argv.slice(2);
const { privateKey } = await generateKeyPair('ES256', { extractable: true });
const key = { ...await exportJWK(privateKey), kid: 'first', alg: 'ES256', use: 'sig' };
const secret = 'brief-secret-for-this-run-only';
const machine = (client_id) => ({
  client_id, client_secret: secret, redirect_uris: [], response_types: [], grant_types: ['client_credentials'],
  id_token_signed_response_alg: 'ES256',
});

const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [machine('robot'), machine('gateway')],
  jwks: { keys: [key] },
  cookies: { keys: ['made up for these runs'] },
  scopes: ['mcp:tools'],
  enabledJWA: { idTokenSigningAlgValues: ['ES256'] },
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    dPoP: { enabled: true },
    introspection: { enabled: true, allowedPolicy: (_, client) => client.clientId === 'gateway' },
    resourceIndicators: {
      enabled: true,
      getResourceServerInfo: (_, resource) => ({
        scope: 'mcp:tools', audience: resource,
        accessTokenFormat: resource.endsWith('/signed') ? 'jwt' : 'opaque', jwt: { sign: { alg: 'ES256' } },
      }),
      useGrantedResource: () => true,
    },
  },
});
provider.listen(Number(port), '127.0.0.1', () => console.log(provider.issuer));
