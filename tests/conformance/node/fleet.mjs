// What must be refused when it comes a second time, whichever node it comes to and whatever happened to nodes in between.
// `node fleet.mjs BASE shared|restarted`: nodes that share a store, or one node that is killed and started before every use.

import assert from 'node:assert/strict';
import { setTimeout } from 'node:timers/promises';
import * as oauth from 'oauth4webapi';
import { restart, store } from './boundary.mjs';
import { REDIRECT, refusedAs, Server } from './client.mjs';
import { run } from './table.mjs';

const [base, kind] = process.argv.slice(2);
const server = await Server.at(base);
const client = await server.registerPublic();
const NODES = 2;
/** Ten seconds for clocks that differ, and the second in which the store began. */
const FENCE_MS = 11_100;

/** As often as there are nodes, so that each is asked: the proxy takes them in turn. */
async function everywhere(check) {
  for (let node = 0; node < NODES; node += 1) {
    if (kind === 'restarted') await restart();
    await check();
  }
}

const authorized = () => server.authorized(client);
const redeemed = (answer) => server.tokens(client, oauth.None(), answer);
const refreshed = (token) => server.refreshed(client, oauth.None(), token);
const dead = async ({ access_token, refresh_token }) => {
  await assert.rejects(server.call(access_token), oauth.WWWAuthenticateChallengeError);
  await assert.rejects(refreshed(refresh_token), refusedAs('invalid_grant'));
};

/** The answer of a node that cannot ask its store. */
async function unavailable(url, init) {
  const answer = await fetch(url, { redirect: 'manual', ...init });
  assert.equal(answer.status, 503, `${answer.status} ${await answer.clone().text()}`);
  assert.match(answer.headers.get('retry-after') ?? '', /^[0-9]+$/);
  return answer;
}

const checks = {
  async aCodeServesOnce() {
    const answer = await authorized();
    const result = await redeemed(answer);
    await everywhere(() => server.call(result.access_token));
    await everywhere(() => assert.rejects(redeemed(answer), refusedAs('invalid_grant')));
    await everywhere(() => dead(result));
  },

  /** None, if a later attempt revokes the family before the first is answered. */
  async ofManyAtOnceAtMostOneRedeems() {
    const answer = await authorized();
    const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => redeemed(answer)));
    const results = outcomes.filter(({ status }) => status === 'fulfilled');
    assert(results.length <= 1, `${results.length} redeemed it`);
    for (const { value } of results) await everywhere(() => dead(value));
    assert(outcomes.every(({ status, reason }) => status === 'fulfilled' || refusedAs('invalid_grant')(reason)));
  },

  async aRefreshTokenThatWasReplacedEndsItsFamily() {
    const first = await redeemed(await authorized());
    const second = await refreshed(first.refresh_token);
    const third = await refreshed(second.refresh_token);
    await everywhere(() => server.call(third.access_token));
    await everywhere(() => assert.rejects(refreshed(first.refresh_token), refusedAs('invalid_grant')));
    await everywhere(() => dead(third));
  },

  async thePreviousTokenServesUntilItsSuccessorIsUsed() {
    const first = await redeemed(await authorized());
    await everywhere(() => refreshed(first.refresh_token));
    const last = await refreshed(first.refresh_token);
    await refreshed(last.refresh_token);
    await assert.rejects(refreshed(first.refresh_token), refusedAs('invalid_grant'));
  },
};

const withoutStore = {
  async withoutItsStoreNothingIsIssued() {
    const before = await redeemed(await authorized());
    const waiting = await authorized();
    await store('kill');
    const body = new URLSearchParams({
      grant_type: 'authorization_code', code: waiting.answered.get('code'), client_id: client.client_id,
      redirect_uri: REDIRECT, code_verifier: waiting.verifier,
    });
    await everywhere(async () => {
      const answer = await unavailable(`${base}/oauth/token`, { method: 'POST', body });
      assert.equal((await answer.json()).error, 'temporarily_unavailable');
      const refresh = { grant_type: 'refresh_token', refresh_token: before.refresh_token, client_id: client.client_id };
      await unavailable(`${base}/oauth/token`, { method: 'POST', body: new URLSearchParams(refresh) });
      await unavailable(`${base}/oauth/test`, { headers: { authorization: `Bearer ${before.access_token}` } });
      assert.equal((await fetch(`${base}/readyz`)).status, 503);
      assert.equal((await fetch(`${base}/healthz`)).status, 200);
    });
    await store('run');
    await everywhere(() => assert.rejects(refreshed(before.refresh_token), refusedAs('invalid_grant')));
    // What is as old as the store, give or take what the clocks of nodes may differ by, counts as older.
    await setTimeout(FENCE_MS);
    const after = await redeemed(await authorized());
    await everywhere(() => server.call(after.access_token));
  },
};

await run(kind === 'shared' ? { ...checks, ...withoutStore } : checks);
