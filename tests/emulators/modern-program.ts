import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { createEchoServer } from './echo-mcp/tools.ts';

// A program that speaks MCP 2026-07-28 alone. It is started by Plugboard, not imported.
const state = { notes: [], ran: [], extraTools: new Map() };
serveStdio(() => createEchoServer(state, undefined), { legacy: 'reject' });
