import { expect } from 'vitest';
import { everyRoute } from '../../../server/src/http/openapi/documentation.ts';
import type { Route } from '../../../server/src/http/route.ts';
import { ask } from '../asking.ts';
import { did, everybody, externalIdOf, ownWorkspace, pick, pickUser } from '../choosing.ts';
import { type Account, type Reader } from '../model.ts';
import type { StepOf } from './step.ts';
import type { World } from '../world.ts';

/** Everything that can be listed or looked at without naming what. */
const lists = everyRoute().filter(isList);

/** Whether a route says what there is without being told what to look at. */
export function isList({ method, path }: Pick<Route, 'method' | 'path'>): boolean {
  return method === 'GET' && !/:(?!workspace)|\*/.test(path);
}

/** Somebody lists something; of end users' connections they see all of theirs. */
export async function list(world: World, { by, route: which }: StepOf<'list'>): Promise<void> {
  const reader = pick(everybody(world), by) ?? { kind: 'nobody' };
  const route = pick(lists, which);
  if (route === undefined) return;
  const own = ownWorkspace(world, reader);
  const long = route.query?.safeParse({ limit: '100' }).success === true ? ['limit=100'] : [];
  const query = [...long, ...(route.workspaceIn === 'query' ? [`workspace_id=${own}`] : [])].join('&');
  const path = route.path.replace(':workspace', own);
  const answer = await ask(world, reader, { to: `GET ${path}${query === '' ? '' : `?${query}`}` });
  if (answer.status === 200) did(world, 'list');
  if (route.name === 'listConnections' && reader.kind === 'token' && !reader.isOver)
    expect(idsIn(answer.body['items']), answer.text).toEqual(ownIds(world.made.accounts, reader));
}

function ownIds(accounts: readonly Account[], { endUser, connectors }: Extract<Reader, { kind: 'token' }>): string[] {
  const own = accounts.filter(
    ({ owner, isLive, connector }) => isLive && owner === endUser && connectors?.has(connector) !== false,
  );
  return own.map(({ id }) => id).sort();
}

function idsIn(items: unknown): string[] {
  return Array.isArray(items) ? items.map((item) => String(Object(item).id)).sort() : [];
}

/** Somebody names a thing of anybody's where one thing is looked at, or things are found by whose they are. */
export async function see(world: World, { by, thing, place }: StepOf<'see'>): Promise<void> {
  const reader = pick(everybody(world), by) ?? { kind: 'nobody' };
  const address = pick(addresses, place);
  if (address === undefined) return;
  const answer = await ask(world, reader, { to: `GET ${address(world, thing)}` });
  if (answer.status === 200) did(world, 'see');
}

type Thing = { readonly nth: number };

const addresses: readonly ((world: World, thing: Thing) => string)[] = [
  ({ made }, thing) => `/api/v1/connections/${pick(made.accounts, thing)?.id ?? 'none'}`,
  ({ made }, thing) => `/api/v1/connections/${pick(made.accounts, thing)?.id ?? 'none'}/tools`,
  ({ made }, thing) => `/v1/tools/connectors/_/operations?connection_id=${pick(made.accounts, thing)?.id ?? 'none'}`,
  ({ made }, thing) => `/api/v1/calls?connection_id=${pick(made.accounts, thing)?.id ?? 'none'}`,
  ({ made }, thing) => `/api/v1/approvals?connection=${pick(made.accounts, thing)?.id ?? 'none'}`,
  ({ made }, thing) => `/api/v1/connect-links?connection_id=${pick(made.accounts, thing)?.id ?? 'none'}`,
  ({ made }, thing) => `/api/v1/approvals/${pick(made.waiting, thing)?.id ?? 'none'}`,
  ({ made }, thing) => `/api/v1/approvals/${pick(made.waiting, thing)?.id ?? 'none'}`,
  ({ made }, thing) => `/api/v1/connect-links/${pick(made.links, thing)?.id ?? 'none'}`,
  (world, thing) => `/api/v1/end-users/${externalIdOf(world, pickUser(world, thing))}`,
  (world, thing) => `/api/v1/connections?scope=end_users&end_user=${externalIdOf(world, pickUser(world, thing))}`,
  (world, thing) => `/api/v1/approvals?end_user=${externalIdOf(world, pickUser(world, thing))}`,
  (world, thing) => `/api/v1/calls?end_user=${externalIdOf(world, pickUser(world, thing))}`,
  (world, thing) => `/api/v1/user-tokens?end_user=${externalIdOf(world, pickUser(world, thing))}`,
  (world, thing) => `/api/v1/connect-links?end_user=${externalIdOf(world, pickUser(world, thing))}`,
  ({ made }) => `/api/v1/connections?scope=end_users&metadata[note]=${made.sequence}`,
];
