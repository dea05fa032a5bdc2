// An OpenID provider that this project did not write, with its own pages for login and consent; whoever types a name is that
// person. `node provider.mjs PORT CLIENT_ID CLIENT_SECRET REDIRECT_URI`

import { generateKeyPair, exportJWK } from 'jose';
import { Provider } from 'oidc-provider';

const [port, client_id, client_secret, redirect_uri] = process.argv.slice(2);
const { privateKey } = await generateKeyPair('ES256', { extractable: true });
const key = { ...await exportJWK(privateKey), kid: 'first', alg: 'ES256', use: 'sig' };

const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [{
    client_id, client_secret, redirect_uris: [redirect_uri], response_types: ['code'],
    grant_types: ['authorization_code', 'refresh_token'], id_token_signed_response_alg: 'ES256',
  }],
  jwks: { keys: [key] },
  cookies: { keys: ['made up for these runs'] },
  claims: { openid: ['sub'], profile: ['name', 'groups'], email: ['email', 'email_verified'] },
  findAccount: (_, accountId) => ({
    accountId,
    claims: () => ({
      sub: accountId, name: `The person ${accountId}`, email: `${accountId}@example.com`, email_verified: true,
      groups: ['staff'],
    }),
  }),
  pkce: { required: () => true },
  enabledJWA: { idTokenSigningAlgValues: ['ES256'] },
});
provider.listen(Number(port), '127.0.0.1', () => console.log(`http://127.0.0.1:${port}`));
