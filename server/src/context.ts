import type { Logger } from 'pino';
import type { Access } from './access/access.ts';
import type { PeopleAuth } from './access/sign-in/better-auth.ts';
import type { Caller } from './access/caller.ts';
import type { CallLog } from './calls/call-log.ts';
import type { Errands } from './calls/errands.ts';
import type { VoidWaiting, WaitingCalls } from './calls/waiting-calls.ts';
import type { Catalog } from './catalog/catalog.ts';
import type { Config } from './config.ts';
import type { Egress } from './egress/egress.ts';
import type { Limits } from './egress/limits/limits.ts';
import type { Clock } from './lib/clock.ts';
import type { Storage, WorkspaceDb } from './storage/storage.ts';
import type { Looks } from './transports/mcp/sessions/looks.ts';
import type { McpSessions } from './transports/mcp/sessions/mcp-sessions.ts';
import type { LocalServers } from './transports/mcp/stdio/create-local-servers.ts';
import type { SqliteRunner } from './transports/sql/sqlite/sqlite-runner.ts';
import type { KeyRotation } from './vault/rotation/create-key-rotation.ts';
import type { Vault } from './vault/vault.ts';
import type { SchemaCompiler } from './workers/compile-schema.ts';

/** What lives as long as the process; built in `app.ts` alone. Public routes get this and nothing more. */
export interface App {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Logger;
  readonly storage: Storage;
  readonly vault: Vault;
  /** Rotates what the vault seals with. */
  readonly keyRotation: KeyRotation;
  readonly access: Access;
  /** People, passwords and sessions. */
  readonly auth: PeopleAuth;
  readonly catalog: Catalog;
  readonly egress: Egress;
  /** What keeps calls from hurting each other and their providers. */
  readonly limits: Limits;
  readonly calls: CallLog;
  /** Calls that wait for the decision of a person. */
  readonly waitingCalls: WaitingCalls;
  /** Voids those of them that wait over connections which are cut off. */
  readonly voidWaiting: VoidWaiting;
  /** Approved calls that run whether or not who approved them stays. */
  readonly errands: Errands;
  /** Aborted when the process leaves and the time for calls in flight is over (R14). */
  readonly deadline: AbortSignal;
  /** Compiles the JSON Schemas of tools. */
  readonly schemas: SchemaCompiler;
  /** Sessions with MCP servers. */
  readonly mcp: McpSessions;
  /** MCP servers that are programs, which we run. */
  readonly localServers: LocalServers;
  /** Runs statements on SQLite files. */
  readonly sqlite: SqliteRunner;
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
  /** When the caller wants its answer at the latest, in milliseconds since the epoch; absent: it does not say. */
  readonly answerBy?: number | undefined;
}
