// One visit, for programs that print an authorization URL and wait: `node visit.mjs REDIRECT AUTHORIZATION_URL`

import { authorize, openBrowser } from './browser.mjs';

const [redirect, url] = process.argv.slice(2);
const browser = await openBrowser();
try {
  console.log(JSON.stringify(await authorize(browser.context, { url, redirect })));
} finally {
  await browser.close();
}
