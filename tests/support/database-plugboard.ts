import { expect } from 'vitest';
import type { DatabaseConfig } from './databases.ts';
import type { ApiAnswer, Plugboard, PlugboardOptions } from './plugboard.ts';
import { startPlugboard } from './plugboard.ts';
import { connect } from './connect.ts';

/** A Plugboard with one database connected, and an agent who may call its tools. */
export interface DatabasePlugboard {
  readonly plugboard: Plugboard;
  readonly connection: string;
  readonly agent: string;
  call(tool: string, args: Readonly<Record<string, unknown>>): Promise<ApiAnswer>;
  /** The rows of a read. */
  rows(sql: string, params?: readonly unknown[]): Promise<unknown>;
  /** Has an agent ask for a write and a person approve it; answers what came of it. */
  approved(sql: string, params?: readonly unknown[]): Promise<Readonly<Record<string, unknown>>>;
}

/** Starts one and connects the database by these fields. */
export async function connectDatabase(
  database: DatabaseConfig,
  target: readonly [connector: string, fields: Readonly<Record<string, unknown>>],
  options: PlugboardOptions = {},
): Promise<DatabasePlugboard> {
  const plugboard = await startPlugboard(database, options);
  const connection = await connect(plugboard, target);
  const agent = await plugboard.mint();
  const call: DatabasePlugboard['call'] = (tool, args) =>
    plugboard.call(`POST /api/v1/connections/${connection}/tools/${tool}/call`, {
      key: agent,
      body: { arguments: args },
      headers: { prefer: 'respond-async' },
    });
  return {
    plugboard,
    connection,
    agent,
    call,
    async rows(sql, params = []) {
      const { body, text } = await call('query', { sql, params });
      if (body['status'] !== 'ok') throw new Error(`No rows came: ${text}`);
      return Object(body['output'])['rows'];
    },
    async approved(sql, params = []) {
      const asked = await call('execute', { sql, params });
      expect(asked.status).toBe(202);
      await plugboard.call(`POST /api/v1/approvals/${String(asked.body['approval_id'])}/approve`, { body: {} });
      return (await call('execute', { sql, params })).body;
    },
  };
}
