// The loopback listener that a native client opens for the answer (RFC 8252 §7.3).

import { createServer } from 'node:http';

/** Listens on a free port; `answer()` resolves with the parameters of the next request to `/callback`. */
export async function listenForAnswer() {
  const waiting = [];
  const server = createServer((request, response) => {
    const url = new URL(request.url, 'http://127.0.0.1');
    response.end('You can close this page.');
    if (url.pathname === '/callback') waiting.shift()?.(url.searchParams);
  });
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  const redirect = `http://127.0.0.1:${server.address().port}/callback`;
  return {
    redirect,
    answer: () => new Promise((resolve) => waiting.push(resolve)),
    close: () => { server.closeAllConnections(); server.close(); },
  };
}
