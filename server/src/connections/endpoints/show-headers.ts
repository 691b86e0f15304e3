import { type Caller, roleAtLeast } from '../../access/caller.ts';
import { revealHeadersOf } from '../../access/workspaces/reveal-headers.ts';
import { headersAmong } from '../../auth-modes/connection-headers.ts';
import type { Context } from '../../context.ts';
import { openCredentialsOf } from '../../credentials/open-credentials.ts';
import { actorOf, appendEvent } from '../../events/append-event.ts';
import type { Secret } from '../../lib/secret.ts';
import type { AgentEndpoint } from './endpoint.ts';
import type { Headers } from './endpoint-headers.ts';
import { maskOf } from './mask.ts';

declare module '../../events/append-event.ts' {
  interface EventTypes {
    /** One for each answer that shows headers in clear; `ids` says of which endpoints. */
    'agent_endpoint.headers_revealed': { readonly ids: readonly string[] };
  }
}

/** Headers as they are shown, by name. */
export type ShownHeaders = Readonly<Record<string, string>>;

/**
 * The headers of endpoints of one project, by the endpoint's id: in clear and on record for whoever may see them, masked
 * for everybody else (RULINGS 002.7, S17). Endpoints without headers are left out.
 */
export async function showHeaders(
  ctx: Context,
  endpoints: readonly AgentEndpoint[],
): Promise<ReadonlyMap<string, ShownHeaders>> {
  const holding = endpoints.filter(({ headerNames }) => headerNames.length > 0);
  const headers = await openHeaders(ctx, holding);
  if (headers.size === 0) return new Map();
  const reveals = mayReveal(ctx.caller) && (await revealHeadersOf(ctx.db)) !== 'never';
  if (reveals) await recordReveal(ctx, holding);
  return new Map([...headers].map(([id, each]) => [id, shown(each, reveals ? clear : maskOf)]));
}

/** The headers of endpoints, opened, by the endpoint's id and the names as they were given. */
export async function openHeaders(
  ctx: Pick<Context, 'vault' | 'db'>,
  endpoints: readonly AgentEndpoint[],
): Promise<ReadonlyMap<string, Headers>> {
  if (endpoints.length === 0) return new Map();
  const opened = await openCredentialsOf(
    ctx,
    endpoints.map(({ connection }) => connection.id),
  );
  return new Map(
    endpoints.map(({ connection: { id }, headerNames }) => {
      const values = headersAmong(opened.get(id)?.secrets ?? {});
      const named = headerNames.flatMap((name) => {
        const value = values[name.toLowerCase()];
        return value === undefined ? [] : [[name, value] as const];
      });
      return [id, Object.fromEntries(named)];
    }),
  );
}

/** A person who is signed in and is MANAGER or above, or a key that was given the scope for it. */
function mayReveal({ via, role, scopes }: Caller): boolean {
  return via === 'session' ? roleAtLeast(role, 'MANAGER') : via === 'key' && scopes.has('secrets:reveal');
}

async function recordReveal(ctx: Context, endpoints: readonly AgentEndpoint[]): Promise<void> {
  const [{ projectId = '' } = {}] = endpoints;
  const ids = endpoints.map(({ connection }) => connection.id);
  await ctx.db.transact((trx) =>
    appendEvent(trx, ctx.clock, {
      type: 'agent_endpoint.headers_revealed',
      actor: actorOf(ctx.caller),
      subject: `project:${projectId}`,
      data: { ids },
    }),
  );
}

function shown(headers: Headers, show: (value: Secret) => string): ShownHeaders {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, show(value)]));
}

function clear(value: Secret): string {
  return value.reveal();
}
