// An MCP server that is not ours, on loopback: the authorization server and the bearer check of the TypeScript SDK.
import express from 'express';
import { DemoInMemoryAuthProvider } from '@modelcontextprotocol/sdk/examples/server/demoInMemoryOAuthProvider.js';
import { requireBearerAuth } from '@modelcontextprotocol/sdk/server/auth/middleware/bearerAuth.js';
import { getOAuthProtectedResourceMetadataUrl, mcpAuthRouter } from '@modelcontextprotocol/sdk/server/auth/router.js';

const port = Number(process.argv[2]);
const issuerUrl = new URL(`http://127.0.0.1:${port}`);
const endpoint = new URL('/mcp', issuerUrl);
const verifier = new DemoInMemoryAuthProvider();
const resourceMetadataUrl = getOAuthProtectedResourceMetadataUrl(endpoint);
const app = express();
app.use(mcpAuthRouter({ provider: verifier, issuerUrl, resourceServerUrl: endpoint }));
app.use('/mcp', requireBearerAuth({ verifier, resourceMetadataUrl }), (_request, response) => response.json({}));
app.listen(port, '127.0.0.1');
