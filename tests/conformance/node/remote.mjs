// A client that knows nothing but stdio, with mcp-remote as its command: it logs in, and calls thirty tools.
// `node remote.mjs MCP_URL FOLDER`

import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { Person } from './person.mjs';

const [url, folder] = process.argv.slice(2);
const program = join(dirname(createRequire(import.meta.url).resolve('mcp-remote/package.json')), 'dist/proxy.js');
const transport = new StdioClientTransport({
  command: process.execPath, args: [program, url, '--allow-http'], stderr: 'pipe',
  // It opens a browser of its own where there is one, and prints the URL in any case.
  env: { PATH: '', HOME: folder, MCP_REMOTE_CONFIG_DIR: folder },
});
createInterface(transport.stderr).on('line', async (line) => {
  if (process.env.CONFORMANCE_VERBOSE) console.error(line);
  const [authorization] = /http\S*\/oauth\/authorize\S*/.exec(line) ?? [];
  if (authorization) await fetch(await new Person().decide(authorization));
});
const client = new Client({ name: 'stdio', version: '1.0.0' });
await client.connect(transport, { timeout: 60_000 });
const { tools } = await client.listTools();
assert.equal(tools.length, 30);
for (const { name } of tools) {
  const result = await client.callTool({ name, arguments: { text: 'hello' } });
  assert.match(JSON.stringify(result), /says hello/, name);
}
console.log('mcp-remote: logged in, thirty tools');
await client.close();
