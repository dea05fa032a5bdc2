// A person at a real browser: opens an authorization URL, logs in, allows, and is sent back to the client.
// As a program: reads one JSON request per line ({"url", "redirect"}), writes one JSON answer per line.

import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { boundary } from './boundary.mjs';

const DEADLINE_MS = 20_000;
/** A page counts when it can be read: a provider's may wait for fonts from somewhere that is not here. */
const SHOWN = { waitUntil: 'domcontentloaded' };
/** Nobody is shown more pages between a client and its answer. */
const PAGES_MAX = 5;
const FLAGS = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync',
];

/** A browser with a fresh profile. The pages for people must work without JavaScript, so it is off unless asked for. */
export async function openBrowser({ javaScript = false } = {}) {
  const browser = await chromium.launch({ executablePath: process.env.CONFORMANCE_CHROMIUM, headless: true, args: FLAGS });
  const context = await browser.newContext({ javaScriptEnabled: javaScript });
  context.setDefaultTimeout(DEADLINE_MS);
  return { context, close: () => browser.close() };
}

/** Fills in the login page and sends it. */
export async function logIn(page) {
  await page.locator('input[type=text], input:not([type])').first().fill(process.env.CONFORMANCE_USERNAME);
  await page.locator('input[type=password]').fill(process.env.CONFORMANCE_PASSWORD);
  await boundary('browser: send the login form');
  const sent = page.waitForNavigation(SHOWN);
  await page.locator('form:has(input[type=password]) [type=submit], form:has(input[type=password]) button:not([type])').first().click();
  await sent;
}

/** Presses "allow" on the consent page. `arrived` resolves when the browser is where the answer leads. */
export async function allow(page, arrived) {
  const button = page.locator('button[value=allow]');
  if (await button.count() !== 1) {
    throw new Error(`no consent page but ${page.url()}: ${(await page.locator('body').innerText()).slice(0, 600)}`);
  }
  await boundary('browser: allow');
  await Promise.all([arrived(page), button.click({ noWaitAfter: true })]);
}

/** Goes on from the page that is shown; answers what it was. Pages elsewhere are those of an identity provider. */
async function act(page, ours, redirect) {
  const isElsewhere = new URL(page.url()).origin !== ours;
  if (await page.locator('input[type=password]').count() > 0) {
    await logIn(page);
    return isElsewhere ? 'provider' : 'login';
  }
  if (isElsewhere) {
    await boundary('browser: allow at the provider');
    const sent = page.waitForNavigation(SHOWN);
    await page.locator('form [type=submit], form button:not([type])').first().click();
    await sent;
    return 'provider-consent';
  }
  await allow(page, () => page.waitForURL((at) => at.href.startsWith(redirect) || at.origin !== ours, SHOWN));
  return 'consent';
}

/** The whole visit. Answers which pages were shown and the URL that the client was sent back to; the tab stays open, as tabs do. */
export async function authorize(context, { url, redirect }) {
  const page = await context.newPage();
  const refused = [];
  page.on('console', (message) => message.type() === 'error' && refused.push(message.text()));
  try {
    await boundary('browser: open the authorization URL');
    await page.goto(url);
    await boundary('browser: open it once more');
    await page.goto(url);
    const pages = [];
    while (!page.url().startsWith(redirect)) {
      if (pages.length === PAGES_MAX) throw new Error(`no end after ${pages}`);
      pages.push(await act(page, new URL(url).origin, redirect));
    }
    return { pages, url: page.url() };
  } catch (trouble) {
    throw new Error(`${trouble.message}\nat ${page.url()}\n${refused.join('\n')}`);
  }
}

async function serveLines() {
  const browser = await openBrowser();
  for await (const line of createInterface({ input: process.stdin })) {
    const answer = await authorize(browser.context, JSON.parse(line)).catch((trouble) => ({ error: trouble.message }));
    process.stdout.write(`${JSON.stringify(answer)}\n`);
  }
  await browser.close();
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) await serveLines();
