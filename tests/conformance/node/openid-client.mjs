// The server as `openid-client` sees it, used as its own guide says. `node openid-client.mjs BASE`

import assert from 'node:assert/strict';
import * as client from 'openid-client';
import { signing } from './client.mjs';
import { Person } from './person.mjs';
import { run } from './table.mjs';

const [base] = process.argv.slice(2);
const REDIRECT = 'http://127.0.0.1:50000/callback';
const options = { algorithm: 'oauth2', execute: [client.allowInsecureRequests] };

const registered = (metadata, authentication) =>
  client.dynamicClientRegistration(new URL(base), { client_name: 'openid-client', ...metadata }, authentication, options);

const publicClient = () => registered({ redirect_uris: [REDIRECT], token_endpoint_auth_method: 'none' }, client.None());

/** The whole visit of a person, then the exchange. */
async function login(config, parameters = {}, checks = {}, person = new Person()) {
  const pkceCodeVerifier = client.randomPKCECodeVerifier();
  const expectedState = client.randomState();
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri: REDIRECT, state: expectedState, resource: `${base}/mcp`,
    code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier), code_challenge_method: 'S256', ...parameters,
  });
  const location = await person.decide(url);
  return client.authorizationCodeGrant(config, location, { pkceCodeVerifier, expectedState, ...checks });
}

const calls = async (config, token) =>
  (await client.fetchProtectedResource(config, token, new URL(`${base}/oauth/test`), 'GET')).status;

await run({
  async codeWithPkceAndRefresh() {
    const config = await publicClient();
    const first = await login(config);
    assert.equal(await calls(config, first.access_token), 200);
    const second = await client.refreshTokenGrant(config, first.refresh_token);
    assert.equal(await calls(config, second.access_token), 200);
    assert.equal(second.scope, first.scope);
  },

  async clientCredentialsWithTheSecretInHeaderAndBody() {
    const methods = { client_secret_basic: client.ClientSecretBasic, client_secret_post: client.ClientSecretPost };
    for (const [method, authentication] of Object.entries(methods)) {
      const config = await registered({ grant_types: ['client_credentials'], token_endpoint_auth_method: method });
      const { client_id: id, client_secret: secret } = config.clientMetadata();
      const found = await client.discovery(new URL(base), id, undefined, authentication(secret), options);
      const result = await client.clientCredentialsGrant(found, { scope: 'mcp:tools', resource: `${base}/mcp` });
      assert.equal(await calls(found, result.access_token), 200);
    }
  },

  async introspectionAndRevocation() {
    const config = await registered({ redirect_uris: [REDIRECT], token_endpoint_auth_method: 'client_secret_post' });
    const result = await login(config);
    assert.equal((await client.tokenIntrospection(config, result.access_token)).active, true);
    await client.tokenRevocation(config, result.refresh_token);
    assert.equal((await client.tokenIntrospection(config, result.access_token)).active, false);
    await assert.rejects(client.refreshTokenGrant(config, result.refresh_token), { error: 'invalid_grant' });
  },

  async aLoginTellsWhoThePersonIsAndEnds() {
    const DONE = 'http://127.0.0.1:50000/done';
    const metadata = { redirect_uris: [REDIRECT], post_logout_redirect_uris: [DONE], token_endpoint_auth_method: 'none' };
    const openid = { algorithm: 'oidc', execute: [client.allowInsecureRequests, client.enableNonRepudiationChecks] };
    const config = await client.dynamicClientRegistration(new URL(base), metadata, client.None(), openid);
    const [person, expectedNonce] = [new Person(), client.randomNonce()];
    const asked = { scope: 'openid profile', nonce: expectedNonce, max_age: '600' };
    const result = await login(config, asked, { expectedNonce, maxAge: 600, idTokenExpected: true }, person);
    const { sub, preferred_username: name } = result.claims();
    const told = await client.fetchUserInfo(config, result.access_token, sub);
    assert.deepEqual([told.sub, told.preferred_username], [sub, name]);
    const hinted = await login(config, { ...asked, id_token_hint: result.id_token }, { expectedNonce, maxAge: 600 }, person);
    assert.equal(hinted.claims().sub, sub);
    const url = client.buildEndSessionUrl(config, { post_logout_redirect_uri: DONE, id_token_hint: result.id_token, state: 'gone' });
    const left = await person.open(url);
    assert.deepEqual([left.status, left.location], [303, `${DONE}?state=gone`]);
    const silent = client.buildAuthorizationUrl(config, {
      redirect_uri: REDIRECT, scope: 'openid', prompt: 'none', code_challenge_method: 'S256',
      code_challenge: await client.calculatePKCECodeChallenge(client.randomPKCECodeVerifier()),
    });
    const { location } = await person.open(silent);
    assert.equal(new URL(location).searchParams.get('error'), 'login_required', 'nobody is logged in any more');
  },

  async clientCredentialsWithASignature() {
    const { metadata, kid, privateKey } = await signing('ES256');
    const config = await registered({ grant_types: ['client_credentials'], ...metadata }, client.PrivateKeyJwt({ key: privateKey, kid }));
    const result = await client.clientCredentialsGrant(config, { scope: 'mcp:tools', resource: `${base}/mcp` });
    assert.equal(await calls(config, result.access_token), 200);
  },
});
