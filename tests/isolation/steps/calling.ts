import { expect } from 'vitest';
import { parseJson } from '../../../server/src/lib/json.ts';
import { ask, type Asked } from '../asking.ts';
import { did, everybody, pick, pickAccount, pickReader } from '../choosing.ts';
import { refusals } from './connecting.ts';
import { newText } from '../marks.ts';
import { type Account, mayCall, type Reader, type Waiting } from '../model.ts';
import type { StepOf } from './step.ts';
import type { World } from '../world.ts';

/** Somebody reads over an account: what comes back is what stands there, or nothing. */
export async function read(world: World, { by, account: which, door }: StepOf<'call'>): Promise<void> {
  const account = pickAccount(world, which);
  if (account === undefined) return;
  const reader = pickReader(world, by, (each) => mayCall(each, account));
  if (door === 'handle') return readByHandle(world, reader, account);
  const answer = await ask(world, reader, doors[door](account));
  if (!mayCall(reader, account)) return expect(refusals, answer.text).toContain(answer.status);
  expect(answer.status, answer.text).toBe(200);
  expect(answer.text).toContain(account.content);
  did(world, 'read');
}

type Door = (account: Account) => Asked;

const doors: Readonly<Record<'tool' | 'operation' | 'proxy', Door>> = {
  tool: ({ id }) => ({ to: `POST /api/v1/connections/${id}/tools/read_page/call`, body: { arguments: {} } }),
  operation: ({ id }) => ({ to: `POST /v1/tools/connectors/_/connections/${id}/read_page`, body: {} }),
  proxy: ({ id }) => ({ to: `GET /api/v1/connections/${id}/proxy/page` }),
};

/** Handles are made of the connector's name and a number: guessing one leads to an account of one's own, or nowhere. */
async function readByHandle(world: World, reader: Reader, account: Account): Promise<void> {
  const known = await world.plugboard.call(`GET /api/v1/connections/${account.id}`, {
    key: keyOfOwner(world, account),
  });
  const handle = String(known.body['handle'] ?? account.connector);
  const answer = await ask(world, reader, {
    to: `POST /api/v1/connections/${handle}/tools/read_page/call`,
    body: { arguments: {} },
  });
  expect([200, 409, ...refusals], answer.text).toContain(answer.status);
}

function keyOfOwner({ places, made }: World, { owner, workspace }: Account): string {
  const token = made.tokens.find(({ endUser, isOver }) => endUser === owner && !isOver);
  const place = places.find(({ id }) => id === workspace);
  return token?.key ?? place?.staff.app.key ?? '';
}

/** An agent asks for a write: it waits where the credential reaches the account, and is refused where it does not. */
export async function askToWrite(world: World, { by, account: which }: StepOf<'ask'>): Promise<void> {
  const account = pickAccount(world, which);
  if (account === undefined) return;
  const reader = pickReader(world, by, (each) => asks(each) && mayCall(each, account));
  if (!asks(reader) && mayCall(reader, account)) return;
  const text = newText();
  const asked = await ask(world, reader, {
    to: `POST /api/v1/connections/${account.id}/tools/write_page/call`,
    body: { arguments: { text } },
  });
  if (!mayCall(reader, account)) return expect(refusals, asked.text).toContain(asked.status);
  expect(asked.status, asked.text).toBe(202);
  const token = reader.kind === 'token' ? reader : undefined;
  const asker = token?.endUser ?? personOf(reader);
  const waiting: Waiting = { id: String(asked.body['approval_id']), account, asker, token, isDecided: false };
  world.marks.know(text, { of: 'argument', waiting });
  world.marks.know(waiting.id, { of: 'approval', waiting });
  world.made.waiting.push(waiting);
  did(world, 'ask');
}

function asks({ kind }: Reader): boolean {
  return kind === 'token' || kind === 'agent';
}

function personOf(reader: Reader): Waiting['asker'] {
  if ('person' in reader) return reader.person;
  throw new Error('Nobody asked.');
}

/** Somebody lists the tools at MCP and calls each that reads: what they see is their accounts, all of them and no other. */
export async function callAllByMcp(world: World, { by }: StepOf<'mcp'>): Promise<void> {
  const reader = pick(everybody(world), by) ?? { kind: 'nobody' };
  const listed = await mcp(world, reader, { method: 'tools/list', params: {} });
  const names = [...listed.text.matchAll(/"name":"([\w-]+__read_page)"/g)].map(([, name]) => String(name));
  const seen = new Set<string>();
  for (const name of names) {
    const { text } = await mcp(world, reader, { method: 'tools/call', params: { name, arguments: {} } });
    for (const account of world.made.accounts) if (text.includes(account.content)) seen.add(account.id);
  }
  const own = world.made.accounts.filter((account) => mayCall(reader, account)).map(({ id }) => id);
  expect([...seen].sort(), listed.text).toEqual(own.sort());
  did(world, 'mcp');
}

interface McpMessage {
  readonly method: string;
  readonly params: object;
}

async function mcp(world: World, reader: Reader, message: McpMessage): Promise<{ readonly text: string }> {
  const headers = { accept: 'application/json, text/event-stream', 'mcp-protocol-version': '2025-11-25' };
  const answer = await ask(world, reader, { to: 'POST /mcp', headers, body: { jsonrpc: '2.0', id: 1, ...message } });
  const said = /^data: ?(.+)$/m.exec(answer.text)?.[1] ?? answer.text;
  return { text: JSON.stringify(parseJson(said) ?? said) };
}
