import type { Logger } from 'pino';
import type { Access } from './access/access.ts';
import type { PeopleAuth } from './access/sign-in/better-auth.ts';
import type { Caller } from './access/caller.ts';
import type { CallLog } from './calls/call-log.ts';
import type { Catalog } from './catalog/catalog.ts';
import type { Config } from './config.ts';
import type { Egress } from './egress/egress.ts';
import type { Clock } from './lib/clock.ts';
import type { Storage, WorkspaceDb } from './storage/storage.ts';
import type { Looks } from './transports/mcp/looks.ts';
import type { McpSessions } from './transports/mcp/mcp-sessions.ts';
import type { Vault } from './vault/vault.ts';
import type { SchemaCompiler } from './workers/compile-schema.ts';

/** What lives as long as the process; built in `app.ts` alone. Public routes get this and nothing more. */
export interface App {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Logger;
  readonly storage: Storage;
  readonly vault: Vault;
  readonly access: Access;
  /** People, passwords and sessions. */
  readonly auth: PeopleAuth;
  readonly catalog: Catalog;
  readonly egress: Egress;
  readonly calls: CallLog;
  /** Compiles the JSON Schemas of tools. */
  readonly schemas: SchemaCompiler;
  /** Sessions with MCP servers. */
  readonly mcp: McpSessions;
  /** When MCP servers were last asked for their tools. */
  readonly looks: Looks;
}

/** What a request carries: the app, who is asking in which workspace, and when they stop waiting. */
export interface Context extends App {
  readonly caller: Caller;
  readonly db: WorkspaceDb;
  readonly requestId: string;
  /** Aborted when the caller leaves. */
  readonly signal: AbortSignal;
}
