// The server as `oauth4webapi` sees it: every answer goes through the checks of that library. `node oauth4webapi.mjs BASE`

import assert from 'node:assert/strict';
import * as oauth from 'oauth4webapi';
import { Person } from './person.mjs';
import { run } from './table.mjs';

const [base] = process.argv.slice(2);
const REDIRECT = 'http://127.0.0.1:50000/callback';
const loopback = { [oauth.allowInsecureRequests]: true };
const issuer = new URL(base);

const discovered = (algorithm) => oauth.discoveryRequest(issuer, { algorithm, ...loopback })
  .then((answer) => oauth.processDiscoveryResponse(issuer, answer));
const as = await discovered('oauth2');

const METHODS = {
  none: () => oauth.None(),
  client_secret_basic: ({ client_secret }) => oauth.ClientSecretBasic(client_secret),
  client_secret_post: ({ client_secret }) => oauth.ClientSecretPost(client_secret),
};

async function register(members) {
  const answer = await oauth.dynamicClientRegistrationRequest(as, { client_name: 'oauth4webapi', ...members }, loopback);
  return oauth.processDynamicClientRegistrationResponse(answer);
}

/** A person allows what `client` asks for; answers the checked authorization response and the secret that redeems it. */
async function authorized(client, parameters = {}, person = new Person()) {
  const verifier = oauth.generateRandomCodeVerifier();
  const state = oauth.generateRandomState();
  const url = new URL(as.authorization_endpoint);
  url.search = new URLSearchParams({
    response_type: 'code', client_id: client.client_id, redirect_uri: REDIRECT, state, resource: `${base}/mcp`,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256', ...parameters,
  });
  const location = await person.decide(url);
  return { answered: oauth.validateAuthResponse(as, client, location, state), location, state, verifier };
}

async function tokens(client, authenticate, { answered, verifier }) {
  const answer = await oauth.authorizationCodeGrantRequest(
    as, client, authenticate, answered, REDIRECT, verifier, { additionalParameters: { resource: `${base}/mcp` }, ...loopback },
  );
  return oauth.processAuthorizationCodeResponse(as, client, answer);
}

async function refreshed(client, authenticate, token) {
  const answer = await oauth.refreshTokenGrantRequest(as, client, authenticate, token, loopback);
  return oauth.processRefreshTokenResponse(as, client, answer);
}

const protectedResource = (token) =>
  oauth.protectedResourceRequest(token, 'GET', new URL(`${base}/oauth/test`), undefined, undefined, loopback);

/** The library turns an OAuth error into an exception that holds it. */
const refusedAs = (error) => (trouble) => trouble instanceof oauth.ResponseBodyError && trouble.error === error;

const publicClient = await register({ redirect_uris: [REDIRECT], token_endpoint_auth_method: 'none' });

await run({
  async metadataOfBothKinds() {
    for (const [member, value] of Object.entries(as)) assert.deepEqual((await discovered('oidc'))[member], value, member);
    assert.equal(as.authorization_response_iss_parameter_supported, true);
    const resource = new URL(`${base}/mcp`);
    const answer = await oauth.resourceDiscoveryRequest(resource, loopback);
    const found = await oauth.processResourceDiscoveryResponse(resource, answer);
    assert.deepEqual(found.authorization_servers, [base]);
  },

  async codeWithPkceForEveryClientAuthentication() {
    for (const [method, authentication] of Object.entries(METHODS)) {
      const client = await register({ redirect_uris: [REDIRECT], token_endpoint_auth_method: method });
      assert.equal(client.token_endpoint_auth_method, method);
      const result = await tokens(client, authentication(client), await authorized(client));
      assert.equal(result.token_type, 'bearer');
      const answer = await protectedResource(result.access_token);
      assert.equal(answer.status, 200);
    }
  },

  async issuerAndStateOfTheAnswer() {
    const { location, state } = await authorized(publicClient);
    assert.equal(location.searchParams.get('iss'), base);
    const other = new URL(location);
    other.searchParams.set('iss', 'https://other.example');
    assert.throws(() => oauth.validateAuthResponse(as, publicClient, other, state), { code: oauth.INVALID_RESPONSE });
    const url = new URL(as.authorization_endpoint);
    url.search = new URLSearchParams({ response_type: 'code', client_id: publicClient.client_id, redirect_uri: REDIRECT, state });
    const refused = await new Person().open(url);
    assert.throws(
      () => oauth.validateAuthResponse(as, publicClient, new URL(refused.location), state),
      { error: 'invalid_request', code: oauth.AUTHORIZATION_RESPONSE_ERROR },
    );
  },

  async denialReachesTheClient() {
    const state = oauth.generateRandomState();
    const url = new URL(as.authorization_endpoint);
    const challenge = await oauth.calculatePKCECodeChallenge(oauth.generateRandomCodeVerifier());
    url.search = new URLSearchParams({
      response_type: 'code', client_id: publicClient.client_id, redirect_uri: REDIRECT, state, code_challenge: challenge,
      code_challenge_method: 'S256',
    });
    const location = await new Person().decide(url, 'deny');
    assert.throws(() => oauth.validateAuthResponse(as, publicClient, location, state), { error: 'access_denied' });
  },

  async codesServeOnceAndOnlyWithTheirVerifier() {
    const first = await authorized(publicClient);
    const wrong = { ...first, verifier: oauth.generateRandomCodeVerifier() };
    await assert.rejects(tokens(publicClient, oauth.None(), wrong), refusedAs('invalid_grant'));
    const result = await tokens(publicClient, oauth.None(), first);
    await assert.rejects(tokens(publicClient, oauth.None(), first), refusedAs('invalid_grant'));
    await assert.rejects(refreshed(publicClient, oauth.None(), result.refresh_token), refusedAs('invalid_grant'));
    await assert.rejects(protectedResource(result.access_token), oauth.WWWAuthenticateChallengeError);
  },

  async refreshRotatesAndNoticesReuse() {
    const first = await tokens(publicClient, oauth.None(), await authorized(publicClient));
    const second = await refreshed(publicClient, oauth.None(), first.refresh_token);
    assert.notEqual(second.refresh_token, first.refresh_token);
    const third = await refreshed(publicClient, oauth.None(), second.refresh_token);
    assert.equal((await protectedResource(third.access_token)).status, 200);
    await assert.rejects(refreshed(publicClient, oauth.None(), first.refresh_token), refusedAs('invalid_grant'));
    await assert.rejects(refreshed(publicClient, oauth.None(), third.refresh_token), refusedAs('invalid_grant'));
    await assert.rejects(protectedResource(third.access_token), oauth.WWWAuthenticateChallengeError);
  },

  async clientCredentialsForEveryClientAuthentication() {
    for (const method of ['client_secret_basic', 'client_secret_post']) {
      const client = await register({ grant_types: ['client_credentials'], token_endpoint_auth_method: method });
      const asked = (authentication) => oauth.clientCredentialsGrantRequest(as, client, authentication, { scope: 'mcp:tools' }, loopback);
      const result = await oauth.processClientCredentialsResponse(as, client, await asked(METHODS[method](client)));
      assert.equal(result.scope, 'mcp:tools');
      assert.equal(result.refresh_token, undefined);
      const wrong = await asked(METHODS[method]({ client_secret: 'wrong' }));
      const expected = method === 'client_secret_basic' ? oauth.WWWAuthenticateChallengeError : refusedAs('invalid_client');
      await assert.rejects(oauth.processClientCredentialsResponse(as, client, wrong), expected);
    }
  },
});
