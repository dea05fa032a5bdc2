// A person at /docs: authorizes in the page, then calls a protected operation in the page. `node swagger.mjs BASE`

import assert from 'node:assert/strict';
import { allow, logIn, openBrowser } from './browser.mjs';

const base = process.argv[2];
const browser = await openBrowser({ javaScript: true });

/** Opens the page and its dialog; answers the box of the flow named in `title`. */
async function openDialog(title) {
  const page = await browser.context.newPage();
  const complaints = [];
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  page.on('pageerror', (trouble) => complaints.push(trouble.message));
  await page.goto(`${base}/docs`);
  await page.locator('.btn.authorize').first().click();
  const box = page.locator('.auth-container').filter({ hasText: title });
  await box.waitFor();
  return { page, box, complaints };
}

/** Ticks every scope of the flow, where it lists any. */
async function askForScopes(box) {
  for (const scope of await box.locator('.scopes input[type=checkbox]').all()) {
    if (!await scope.isChecked()) await box.locator(`label[for="${await scope.getAttribute('id')}"]`).first().click();
  }
}

/** "Try it out", "Execute": `GET /oauth/test` with what the dialog obtained. */
async function callProtected(page) {
  await page.locator('.close-modal, .btn-done').first().click();
  const operation = page.locator('.opblock', { has: page.locator('[data-path="/oauth/test"]') });
  await operation.locator('.opblock-summary').click();
  await operation.locator('.try-out__btn').click();
  await operation.locator('.btn.execute').click();
  const answer = operation.locator('.responses-table.live-responses-table');
  await answer.waitFor();
  assert.equal((await answer.locator('.response-col_status').nth(1).innerText()).trim().split(/\s/)[0], '200', await answer.innerText());
}

async function withCode() {
  const { page, box, complaints } = await openDialog('authorizationCode');
  try {
    assert.equal(await box.locator('#client_id_authorizationCode').inputValue(), 'swagger-ui');
    await askForScopes(box);
    const opened = page.waitForEvent('popup');
    await box.locator('button.authorize').click();
    const popup = await opened;
    await popup.waitForLoadState();
    assert(popup.url().startsWith(`${base}/oauth/authorize`), popup.url());
    await logIn(popup);
    await allow(popup, () => popup.waitForEvent('close'));
    await box.getByText('Authorized').first().waitFor();
    await callProtected(page);
    console.log('authorization code with PKCE: authorized in the page, GET /oauth/test is 200');
  } catch (trouble) {
    throw new Error(`${trouble.message}\n${complaints.join('\n')}`);
  }
}

async function withClientCredentials() {
  const answer = await fetch(`${base}/oauth/register`, {
    method: 'POST', headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ client_name: 'Confidential', grant_types: ['client_credentials'], token_endpoint_auth_method: 'client_secret_basic' }),
  });
  assert.equal(answer.status, 201, await answer.clone().text());
  const client = await answer.json();
  const { page, box, complaints } = await openDialog('clientCredentials');
  try {
    await box.locator('#client_id_clientCredentials').fill(client.client_id);
    await box.locator('#client_secret_clientCredentials').fill(client.client_secret);
    await askForScopes(box);
    await box.locator('button.authorize').click();
    await box.getByText('Authorized').first().waitFor();
    await callProtected(page);
    console.log('client credentials: authorized in the page, GET /oauth/test is 200');
  } catch (trouble) {
    throw new Error(`${trouble.message}\n${complaints.join('\n')}`);
  }
}

try {
  await withCode();
  await withClientCredentials();
} finally {
  await browser.close();
}
