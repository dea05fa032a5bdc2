// Keys are replaced under a fleet that is at work, each node taking the new ring over when it likes: no valid request may fail, and
// nothing opens any more once its key is retired. `node rotation.mjs BASE BINARY NODE...`, in the folder of the key rings: the
// operator's `keyring.json`, and `NODE-keyring.json` for each node.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { copyFile, rename } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { createLocalJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import * as oauth from 'oauth4webapi';
import { refusedAs, Server } from './client.mjs';
import { Person } from './person.mjs';
import { run } from './table.mjs';

const [base, binary, ...nodes] = process.argv.slice(2);
const OTHER = 'https://es256.example/mcp';
const WORKERS = 6;
/** A node looks at its file every second. */
const TAKEN_OVER_MS = 1_500;
/** How old the key set of a verifier may be here; the operator waits longer before the new key signs. */
const VERIFIER_MS = 1_000;

const server = await Server.at(base);
const secret = oauth.ClientSecretBasic('brief-secret-for-this-run-only');
const failures = [];
const done = {};

/** Does something that must succeed. */
async function must(name, work) {
  try {
    const result = await work();
    done[name] = (done[name] ?? 0) + 1;
    return result;
  } catch (trouble) {
    failures.push(`${name}: ${trouble.message} ${JSON.stringify(trouble.cause ?? '')}`.slice(0, 400));
    throw trouble;
  }
}

/** A server that verifies by itself, with a key set that it fetched a while ago. */
const verifier = {
  fetchedAt: 0,
  kids: new Set(),
  async verify(token) {
    if (Date.now() - this.fetchedAt > VERIFIER_MS) {
      this.keys = createLocalJWKSet(await (await fetch(server.as.jwks_uri)).json());
      this.fetchedAt = Date.now();
    }
    await jwtVerify(token, this.keys, { issuer: base, audience: OTHER, typ: 'at+jwt' });
    this.kids.add(decodeProtectedHeader(token).kid);
  },
};

/** A token for another server, which verifies it by itself. */
async function signed() {
  const { access_token } = await must('machine', () => server.machineTokens({ client_id: 'brief' }, secret, { resource: OTHER }));
  await must('verify', () => verifier.verify(access_token));
}

/** One person with one client: logs in once, then authorizes, redeems, calls and refreshes until told to stop. */
async function worker(state) {
  const person = new Person();
  const client = await must('register', () => server.registerPublic());
  while (!state.stopped) {
    const answer = await must('authorize', () => server.authorized(client, {}, person));
    let held = await must('redeem', () => server.tokens(client, oauth.None(), answer));
    for (let turn = 0; turn < 4; turn += 1) {
      await must('call', () => server.call(held.access_token));
      const before = held;
      held = await must('refresh', () => server.refreshed(client, oauth.None(), before.refresh_token));
      await must('call with what is older', () => server.call(before.access_token));
    }
    await signed();
    state.last = { client, held };
  }
}

/** Runs `during` while everybody is at work. */
async function atWork(during) {
  const states = Array.from({ length: WORKERS }, () => ({ stopped: false }));
  const working = Promise.allSettled(states.map(worker));
  await during();
  for (const state of states) state.stopped = true;
  await working;
  assert.deepEqual(failures, []);
  return states.map(({ last }) => last);
}

const keys = (...words) => execFileSync(binary, ['keys', words[0], '--keyring', 'keyring.json', ...words.slice(1)]).toString();

/** Every node gets the file, one after another. */
async function propagate() {
  for (const node of nodes) {
    await copyFile('keyring.json', `${node}-new.json`);
    await rename(`${node}-new.json`, `${node}-keyring.json`);
    await setTimeout(400);
  }
  await setTimeout(TAKEN_OVER_MS);
}

const retiring = () => keys('list').split('\n').map((line) => line.split(/\s+/)).filter((words) => words.includes('retiring')).map(([, id]) => id);

let before;
await run({
  async noValidRequestFailsWhileKeysAreReplaced() {
    before = await atWork(async () => {
      await signed();
      for (const ring of ['sealing', 'signing', 'registration']) {
        for (const step of ['added', 'promoted']) {
          assert(keys('rotate', '--ring', ring), step);
          await propagate();
          await setTimeout(VERIFIER_MS);
        }
      }
      await signed();
    });
    assert.equal(verifier.kids.size, 2, 'signatures of the old key and of the new one');
  },

  async whatTheOldKeysMadeStillServes() {
    for (const { client, held } of before) {
      await server.call(held.access_token);
      await server.refreshed(client, oauth.None(), held.refresh_token);
      await server.authorized(client);
    }
  },

  async whatARetiredKeySealedServesNowhere() {
    const client = await server.registerPublic();
    const old = await server.tokens(client, oauth.None(), await server.authorized(client));
    keys('rotate', '--ring', 'sealing');
    await propagate();
    keys('rotate', '--ring', 'sealing');
    await propagate();
    for (const id of retiring().filter((name) => name.startsWith('k'))) keys('retire', id);
    await atWork(async () => {
      await propagate();
      for (const _ of nodes) {
        await assert.rejects(server.call(old.access_token), oauth.WWWAuthenticateChallengeError);
        await assert.rejects(server.refreshed(client, oauth.None(), old.refresh_token), refusedAs('invalid_grant'));
      }
    });
  },
});
console.log(Object.entries(done).map(([name, count]) => `${count} ${name}`).join(', '));
if (failures.length) console.log(failures.slice(0, 20).join('\n'));
