// A token for a resource of ours, from the issuer that the resource names. `node issued.mjs RESOURCE` prints one.

import assert from 'node:assert/strict';
import * as oauth from 'oauth4webapi';
import { loopback } from './client.mjs';

export const robot = { client_id: 'robot' };
const secret = oauth.ClientSecretBasic('brief-secret-for-this-run-only');

/** The issuer that the resource names, discovered by a library. */
async function issuerOf(resource) {
  const url = new URL(resource);
  const metadata = await oauth.resourceDiscoveryRequest(url, loopback);
  const { authorization_servers: [named] } = await oauth.processResourceDiscoveryResponse(url, metadata);
  assert.notEqual(new URL(named).origin, url.origin, 'it is not us');
  const issuer = new URL(named);
  return oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, { ...loopback, algorithm: 'oidc' }));
}

/** A token for it, as a client that is a program gets one. */
export async function tokenFor(resource, options = {}) {
  const as = await issuerOf(resource);
  const fields = new URLSearchParams({ resource, scope: 'mcp:tools' });
  const answer = await oauth.clientCredentialsGrantRequest(as, robot, secret, fields, { ...loopback, ...options });
  return (await oauth.processClientCredentialsResponse(as, robot, answer)).access_token;
}

if (import.meta.filename === process.argv[1]) console.log(await tokenFor(process.argv[2]));
