import * as fc from 'fast-check';
import { expect } from 'vitest';
import { parseJson } from '../../../server/src/lib/json.ts';
import { ask, type Asked } from '../asking.ts';
import { did, everybody, pick, pickConnection, pickReader } from '../choosing.ts';
import { newText } from '../marks.ts';
import { type Connection, mayCall, type Reader, type Staff, type TokenHolder, type Waiting } from '../model.ts';
import type { World } from '../world.ts';
import { refusals } from './connecting.ts';
import { step, which, who } from './step.ts';

/** Ways to read over a connection: handles are a connector's name and a number, so guessing one is easy. */
const doors = ['tool', 'operation', 'proxy', 'handle'] as const;
type Door = (typeof doors)[number];

/** Somebody reads over a connection: what comes back is what stands there, or nothing. By a handle it is one of their own. */
export const read = step(
  'read',
  { by: who, connection: which, door: fc.constantFrom(...doors) },
  async (world, { by, connection: nth, door }) => {
    const connection = pickConnection(world, nth);
    if (connection === undefined) return;
    const reader = pickReader(world, by, (each) => mayCall(each, connection));
    const answer = await ask(world, reader, askedAt(connection, door));
    if (door === 'handle') return expect([200, 409, ...refusals], answer.text).toContain(answer.status);
    if (!mayCall(reader, connection)) return expect(refusals, answer.text).toContain(answer.status);
    expect(answer.status, answer.text).toBe(200);
    expect(answer.text).toContain(connection.content);
    did(world);
  },
);

function askedAt({ id }: Connection, door: Door): Asked {
  if (door === 'proxy') return { to: `GET /api/v1/connections/${id}/proxy/page` };
  if (door === 'operation') return { to: `POST /v1/tools/connectors/_/connections/${id}/read_page`, body: {} };
  const named = door === 'handle' ? 'notes' : id;
  return { to: `POST /api/v1/connections/${named}/tools/read_page/call`, body: { arguments: {} } };
}

/** An agent, or an end user, asks for a write: it waits where the credential reaches the connection, and is refused where not. */
export const askToWrite = step(
  'ask to write',
  { by: who, connection: which },
  async (world, { by, connection: nth }) => {
    const connection = pickConnection(world, nth);
    if (connection === undefined) return;
    const asker = pickReader(world, by, (each) => asks(each) && mayCall(each, connection));
    if (!asks(asker)) return;
    const text = newText();
    const to = `POST /api/v1/connections/${connection.id}/tools/write_page/call`;
    const asked = await ask(world, asker, { to, body: { arguments: { text } } });
    if (!mayCall(asker, connection)) return expect(refusals, asked.text).toContain(asked.status);
    expect(asked.status, asked.text).toBe(202);
    const id = String(asked.body['approval_id']);
    const waiting: Waiting = { id, connection, asker, text, isApproved: false, isWritten: false, isDecided: false };
    world.marks.know(text, { of: 'argument', waiting });
    world.marks.know(id, { of: 'approval', waiting });
    world.made.waiting.push(waiting);
    did(world);
  },
);

function asks(reader: Reader): reader is TokenHolder | Staff {
  return reader.kind === 'token' || reader.kind === 'agent';
}

/** Somebody lists the tools at MCP and calls each that reads: what they see is their connections, all of them and no other. */
export const callAllByMcp = step('call all by MCP', { by: which }, async (world, { by }) => {
  const reader = pick(everybody(world), by) ?? { kind: 'nobody' };
  const listed = await mcp(world, reader, { method: 'tools/list', params: {} });
  const seen = new Set<string>();
  for (const [, name] of listed.matchAll(/"name":"([\w-]+__read_page)"/g)) {
    const text = await mcp(world, reader, { method: 'tools/call', params: { name, arguments: {} } });
    for (const { id, content } of world.made.connections) if (text.includes(content)) seen.add(id);
  }
  const own = world.made.connections.filter((connection) => mayCall(reader, connection)).map(({ id }) => id);
  expect([...seen].sort(), listed).toEqual(own.sort());
  did(world);
});

async function mcp(
  world: World,
  reader: Reader,
  message: { readonly method: string; readonly params: object },
): Promise<string> {
  const headers = { accept: 'application/json, text/event-stream', 'mcp-protocol-version': '2025-11-25' };
  const { text } = await ask(world, reader, { to: 'POST /mcp', headers, body: { jsonrpc: '2.0', id: 1, ...message } });
  const said = /^data: ?(.+)$/m.exec(text)?.[1] ?? text;
  return JSON.stringify(parseJson(said) ?? said);
}
