// The two TypeScript SDK lines behind one shape, each used as its own guide says.

/**
 * `kind`: `v1` (`@modelcontextprotocol/sdk`), `v2-legacy` or `v2-modern` (`@modelcontextprotocol/client`). `named`: the transport,
 * streamable HTTP or that of 2024-11-05.
 */
export async function sdk(kind, named = 'StreamableHTTPClientTransport') {
  const [client, transport, errors] = kind === 'v1'
    ? await Promise.all([
      import('@modelcontextprotocol/sdk/client/index.js'),
      import(named.startsWith('SSE') ? '@modelcontextprotocol/sdk/client/sse.js' : '@modelcontextprotocol/sdk/client/streamableHttp.js'),
      import('@modelcontextprotocol/sdk/client/auth.js'),
    ])
    : Array(3).fill(await import('@modelcontextprotocol/client'));
  const options = kind === 'v2-modern' ? { versionNegotiation: { mode: { pin: '2026-07-28' } } } : {};

  function connect(mcpUrl, authProvider, fetch) {
    const channel = new transport[named](new URL(mcpUrl), { authProvider, fetch });
    return {
      async connect() {
        const connected = new client.Client({ name: `conformance-${kind}`, version: '1.0.0' }, options);
        await connected.connect(channel);
        return connected;
      },
      finishAuth: (answer) => (kind === 'v1' ? channel.finishAuth(answer.get('code')) : channel.finishAuth(answer)),
    };
  }
  return { connect, UnauthorizedError: errors.UnauthorizedError };
}
