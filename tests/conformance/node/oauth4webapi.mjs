// The server as `oauth4webapi` sees it: every answer goes through the checks of that library. `node oauth4webapi.mjs BASE`

import assert from 'node:assert/strict';
import * as oauth from 'oauth4webapi';
import { loopback, METHODS, REDIRECT, refusedAs, Server, signing } from './client.mjs';
import { Person } from './person.mjs';
import { run } from './table.mjs';

const [base] = process.argv.slice(2);
const server = await Server.at(base);
const publicClient = await server.registerPublic();

await run({
  async metadataOfBothKinds() {
    const provider = await server.discover('oidc');
    const { scopes_supported: scopes, ...others } = server.as;
    for (const [member, value] of Object.entries(others)) assert.deepEqual(provider[member], value, member);
    // What identifies people is listed where OpenID clients look.
    assert.deepEqual(scopes.filter((scope) => !provider.scopes_supported.includes(scope)), []);
    assert.equal(server.as.authorization_response_iss_parameter_supported, true);
    const resource = new URL(`${base}/mcp`);
    const answer = await oauth.resourceDiscoveryRequest(resource, loopback);
    const found = await oauth.processResourceDiscoveryResponse(resource, answer);
    assert.deepEqual(found.authorization_servers, [base]);
  },

  async codeWithPkceForEveryClientAuthentication() {
    for (const [method, authentication] of Object.entries(METHODS)) {
      const client = await server.register({ redirect_uris: [REDIRECT], token_endpoint_auth_method: method });
      assert.equal(client.token_endpoint_auth_method, method);
      const result = await server.tokens(client, authentication(client), await server.authorized(client));
      assert.equal(result.token_type, 'bearer');
      const answer = await server.call(result.access_token);
      assert.equal(answer.status, 200);
    }
  },

  async issuerAndStateOfTheAnswer() {
    const { location, state } = await server.authorized(publicClient);
    assert.equal(location.searchParams.get('iss'), base);
    const other = new URL(location);
    other.searchParams.set('iss', 'https://other.example');
    assert.throws(() => oauth.validateAuthResponse(server.as, publicClient, other, state), { code: oauth.INVALID_RESPONSE });
    const refused = await new Person().open(server.authorizationUrl(publicClient, { state }));
    assert.throws(
      () => oauth.validateAuthResponse(server.as, publicClient, new URL(refused.location), state),
      { error: 'invalid_request', code: oauth.AUTHORIZATION_RESPONSE_ERROR },
    );
  },

  async denialReachesTheClient() {
    const state = oauth.generateRandomState();
    const code_challenge = await oauth.calculatePKCECodeChallenge(oauth.generateRandomCodeVerifier());
    const url = server.authorizationUrl(publicClient, { state, code_challenge, code_challenge_method: 'S256' });
    const location = await new Person().decide(url, 'deny');
    assert.throws(() => oauth.validateAuthResponse(server.as, publicClient, location, state), { error: 'access_denied' });
  },

  async codesServeOnceAndOnlyWithTheirVerifier() {
    const first = await server.authorized(publicClient);
    const wrong = { ...first, verifier: oauth.generateRandomCodeVerifier() };
    await assert.rejects(server.tokens(publicClient, oauth.None(), wrong), refusedAs('invalid_grant'));
    const result = await server.tokens(publicClient, oauth.None(), first);
    await assert.rejects(server.tokens(publicClient, oauth.None(), first), refusedAs('invalid_grant'));
    await assert.rejects(server.refreshed(publicClient, oauth.None(), result.refresh_token), refusedAs('invalid_grant'));
    await assert.rejects(server.call(result.access_token), oauth.WWWAuthenticateChallengeError);
  },

  async refreshRotatesAndNoticesReuse() {
    const first = await server.tokens(publicClient, oauth.None(), await server.authorized(publicClient));
    const second = await server.refreshed(publicClient, oauth.None(), first.refresh_token);
    assert.notEqual(second.refresh_token, first.refresh_token);
    const third = await server.refreshed(publicClient, oauth.None(), second.refresh_token);
    assert.equal((await server.call(third.access_token)).status, 200);
    await assert.rejects(server.refreshed(publicClient, oauth.None(), first.refresh_token), refusedAs('invalid_grant'));
    await assert.rejects(server.refreshed(publicClient, oauth.None(), third.refresh_token), refusedAs('invalid_grant'));
    await assert.rejects(server.call(third.access_token), oauth.WWWAuthenticateChallengeError);
  },

  async whoThePersonIs() {
    const provider = await Server.at(base, 'oidc');
    const nonce = oauth.generateRandomNonce();
    const answer = await provider.authorized(publicClient, { scope: 'openid profile email', nonce });
    const result = await provider.tokens(publicClient, oauth.None(), answer, { expectedNonce: nonce, requireIdToken: true });
    const claims = oauth.getValidatedIdTokenClaims(result);
    assert.deepEqual([claims.iss, claims.aud, claims.amr], [base, publicClient.client_id, ['pwd']]);
    const asked = await oauth.userInfoRequest(provider.as, publicClient, result.access_token, loopback);
    const told = await oauth.processUserInfoResponse(provider.as, publicClient, claims.sub, asked);
    assert.equal(told.preferred_username, claims.preferred_username);
    const plain = await server.tokens(publicClient, oauth.None(), await server.authorized(publicClient));
    const refused = await oauth.userInfoRequest(provider.as, publicClient, plain.access_token, loopback);
    assert.equal(refused.status, 403, 'who did not ask is not told');
  },

  async clientCredentialsForEveryClientAuthentication() {
    for (const method of ['client_secret_basic', 'client_secret_post']) {
      const client = await server.register({ grant_types: ['client_credentials'], token_endpoint_auth_method: method });
      const asked = (secret) => server.machineTokens(client, METHODS[method](secret), { scope: 'mcp:tools' });
      const result = await asked(client);
      assert.equal(result.scope, 'mcp:tools');
      assert.equal(result.refresh_token, undefined);
      const expected = method === 'client_secret_basic' ? oauth.WWWAuthenticateChallengeError : refusedAs('invalid_client');
      await assert.rejects(asked({ client_secret: 'wrong' }), expected);
    }
  },

  async introspectionTellsAClientOfItsOwnTokensAndNobodyElse() {
    const metadata = { redirect_uris: [REDIRECT], token_endpoint_auth_method: 'client_secret_basic' };
    const [client, stranger] = [await server.register(metadata), await server.register({ ...metadata, client_name: 'Stranger' })];
    const own = METHODS.client_secret_basic(client);
    const result = await server.tokens(client, own, await server.authorized(client));
    const access = await server.introspected(client, own, result.access_token);
    assert.equal(access.active, true);
    assert.equal(access.iss, base);
    assert.equal(access.client_id, client.client_id);
    assert.equal(access.aud, `${base}/mcp`);
    assert(access.exp > Date.now() / 1000 && access.iat <= Date.now() / 1000 && access.jti && access.sub);
    assert.equal((await server.introspected(client, own, result.refresh_token)).active, true);
    const inactive = { active: false };
    for (const token of [result.access_token, result.refresh_token]) {
      assert.deepEqual(await server.introspected(stranger, METHODS.client_secret_basic(stranger), token), inactive);
    }
    assert.deepEqual(await server.introspected(client, own, `${result.access_token.slice(0, -1)}~`), inactive);
    const used = await server.refreshed(client, own, result.refresh_token);
    await server.refreshed(client, own, used.refresh_token);
    assert.deepEqual(await server.introspected(client, own, result.refresh_token), inactive);
    const wrong = METHODS.client_secret_basic({ client_secret: 'wrong' });
    await assert.rejects(server.introspected(client, wrong, result.access_token), oauth.WWWAuthenticateChallengeError);
    await assert.rejects(server.introspected(publicClient, oauth.None(), result.access_token));
  },

  async anAccessTokenGivenBackGoesAlone() {
    const result = await server.tokens(publicClient, oauth.None(), await server.authorized(publicClient));
    await server.revoked(publicClient, oauth.None(), result.access_token);
    await assert.rejects(server.call(result.access_token), oauth.WWWAuthenticateChallengeError);
    const next = await server.refreshed(publicClient, oauth.None(), result.refresh_token);
    assert.equal((await server.call(next.access_token)).status, 200);
  },

  async aRefreshTokenGivenBackTakesItsFamilyAlong() {
    const result = await server.tokens(publicClient, oauth.None(), await server.authorized(publicClient));
    const stranger = await server.register({ redirect_uris: [REDIRECT], token_endpoint_auth_method: 'none', client_name: 'Stranger' });
    await assert.rejects(server.revoked(stranger, oauth.None(), result.refresh_token), oauth.ResponseBodyError);
    assert.equal((await server.call(result.access_token)).status, 200, 'a stranger takes nothing away');
    await server.revoked(publicClient, oauth.None(), result.refresh_token);
    await server.revoked(publicClient, oauth.None(), result.refresh_token);
    await server.revoked(publicClient, oauth.None(), 'what was never a token');
    await assert.rejects(server.call(result.access_token), oauth.WWWAuthenticateChallengeError);
    await assert.rejects(server.refreshed(publicClient, oauth.None(), result.refresh_token), refusedAs('invalid_grant'));
  },

  async machinesAndPeopleOfAClientThatSigns() {
    for (const algorithm of server.as.token_endpoint_auth_signing_alg_values_supported) {
      const { metadata, authenticate } = await signing(algorithm);
      const machine = await server.register({ grant_types: ['client_credentials'], ...metadata });
      assert.equal(machine.client_secret, undefined);
      const result = await server.machineTokens(machine, authenticate(), { scope: 'mcp:tools' });
      assert.equal((await server.call(result.access_token)).status, 200);
      const client = await server.register({ redirect_uris: [REDIRECT], ...metadata });
      const first = await server.tokens(client, authenticate(), await server.authorized(client));
      const second = await server.refreshed(client, authenticate(), first.refresh_token);
      assert.equal((await server.introspected(client, authenticate(), second.access_token)).active, true);
      await server.revoked(client, authenticate(), second.refresh_token);
      await assert.rejects(server.call(second.access_token), oauth.WWWAuthenticateChallengeError);
    }
  },

  async assertionsNameThisServerOnceAndSoon() {
    const { metadata, authenticate } = await signing('ES256');
    const client = await server.register({ grant_types: ['client_credentials'], ...metadata });
    const presented = (change) => server.machineTokens(client, authenticate({ [oauth.modifyAssertion]: (_, claims) => change(claims) }));
    await presented((claims) => { claims.aud = server.as.token_endpoint; });
    await presented((claims) => { claims.jti = 'used once'; });
    const seconds = Math.floor(Date.now() / 1000);
    const wrong = [
      (claims) => { claims.jti = 'used once'; }, (claims) => { claims.aud = 'https://other.example'; },
      (claims) => { claims.exp = seconds - 120; }, (claims) => { claims.exp = seconds + 86_400; },
      (claims) => { claims.iss = 'somebody'; }, (claims) => { claims.sub = 'somebody'; }, (claims) => { delete claims.jti; },
    ];
    for (const change of wrong) await assert.rejects(presented(change), refusedAs('invalid_client'), String(change));
    const stranger = await signing('ES256');
    await assert.rejects(server.machineTokens(client, stranger.authenticate()), refusedAs('invalid_client'));
  },
});
