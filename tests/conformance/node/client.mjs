// A client made of `oauth4webapi`: every answer of the server goes through the checks of that library.

import { exportJWK, generateKeyPair } from 'jose';
import * as oauth from 'oauth4webapi';
import { Person } from './person.mjs';

export const REDIRECT = 'http://127.0.0.1:50000/callback';
export const loopback = { [oauth.allowInsecureRequests]: true };

/** The library turns an OAuth error into an exception that holds it. */
export const refusedAs = (error) => (trouble) => trouble instanceof oauth.ResponseBodyError && trouble.error === error;

export const METHODS = {
  none: () => oauth.None(),
  client_secret_basic: ({ client_secret }) => oauth.ClientSecretBasic(client_secret),
  client_secret_post: ({ client_secret }) => oauth.ClientSecretPost(client_secret),
};

/** A client that signs: its metadata with the public key inside, and how it authenticates. */
export async function signing(algorithm, kid = `the-${algorithm}-key`) {
  const { publicKey, privateKey } = await generateKeyPair(algorithm, { extractable: true });
  const jwk = { ...(await exportJWK(publicKey)), kid, use: 'sig', alg: algorithm };
  const metadata = { token_endpoint_auth_method: 'private_key_jwt', token_endpoint_auth_signing_alg: algorithm, jwks: { keys: [jwk] } };
  return { metadata, kid, privateKey, authenticate: (options) => oauth.PrivateKeyJwt({ key: privateKey, kid }, options) };
}

/** What can be asked of the server at `base`. */
export class Server {
  constructor(base) {
    this.base = base;
    this.issuer = new URL(base);
  }

  /** With its metadata read: as those of an authorization server, or of an OpenID provider. */
  static async at(base, algorithm = 'oauth2') {
    const server = new Server(base);
    server.as = await server.discover(algorithm);
    return server;
  }

  async discover(algorithm) {
    return oauth.processDiscoveryResponse(this.issuer, await oauth.discoveryRequest(this.issuer, { algorithm, ...loopback }));
  }

  async register(members) {
    const metadata = { client_name: 'oauth4webapi', ...members };
    return oauth.processDynamicClientRegistrationResponse(await oauth.dynamicClientRegistrationRequest(this.as, metadata, loopback));
  }

  registerPublic() {
    return this.register({ redirect_uris: [REDIRECT], token_endpoint_auth_method: 'none' });
  }

  authorizationUrl(client, parameters) {
    const url = new URL(this.as.authorization_endpoint);
    url.search = new URLSearchParams({ response_type: 'code', client_id: client.client_id, redirect_uri: client.redirect ?? REDIRECT, ...parameters });
    return url;
  }

  /** A person allows what `client` asks for; answers the checked authorization response and the secret that redeems it. */
  async authorized(client, parameters = {}, person = new Person()) {
    const verifier = oauth.generateRandomCodeVerifier();
    const state = oauth.generateRandomState();
    const url = this.authorizationUrl(client, {
      state, resource: `${this.base}/mcp`, code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256', ...parameters,
    });
    const location = await person.decide(url);
    return { answered: oauth.validateAuthResponse(this.as, client, location, state), location, state, verifier };
  }

  /** Redeems the code; `checks` are what the library is to hold the id_token to. */
  async tokens(client, authenticate, { answered, verifier }, checks = {}) {
    const additionalParameters = { resource: client.resource ?? `${this.base}/mcp` };
    const answer = await oauth.authorizationCodeGrantRequest(
      this.as, client, authenticate, answered, client.redirect ?? REDIRECT, verifier, { additionalParameters, ...loopback },
    );
    return oauth.processAuthorizationCodeResponse(this.as, client, answer, checks);
  }

  async refreshed(client, authenticate, token) {
    const answer = await oauth.refreshTokenGrantRequest(this.as, client, authenticate, token, loopback);
    return oauth.processRefreshTokenResponse(this.as, client, answer);
  }

  async machineTokens(client, authenticate, parameters = {}) {
    const answer = await oauth.clientCredentialsGrantRequest(this.as, client, authenticate, parameters, loopback);
    return oauth.processClientCredentialsResponse(this.as, client, answer);
  }

  /** What the server tells `client` of a token. */
  async introspected(client, authenticate, token) {
    const answer = await oauth.introspectionRequest(this.as, client, authenticate, token, loopback);
    return oauth.processIntrospectionResponse(this.as, client, answer);
  }

  /** A token is given back. */
  async revoked(client, authenticate, token) {
    return oauth.processRevocationResponse(await oauth.revocationRequest(this.as, client, authenticate, token, loopback));
  }

  /** `GET /oauth/test`; a challenge is an exception. */
  call(token) {
    return oauth.protectedResourceRequest(token, 'GET', new URL(`${this.base}/oauth/test`), undefined, undefined, loopback);
  }
}
