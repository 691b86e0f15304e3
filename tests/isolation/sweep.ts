import { expect } from 'vitest';
import type { Route } from '../../server/src/http/route.ts';
import { ask, isKnown, readerName } from './asking.ts';
import { pick } from './choosing.ts';
import { isOpen, mayCall, mayRead, type Reader } from './model.ts';
import { addressOf, isList, routes, thingsAt } from './routes.ts';
import type { World } from './world.ts';

/** Each of them lists everything that can be listed: nothing of somebody else's is in it. */
export async function listEverything(world: World, readers: readonly Reader[]): Promise<void> {
  for (const route of routes.filter(isList))
    for (const reader of readers) await ask(world, reader, { to: addressOf(world, reader, { route }) });
}

/** Each of them puts the id of something of somebody else's into the path of every route: it is refused, and nothing is done. */
export async function nameEverything(world: World, readers: readonly Reader[]): Promise<void> {
  for (const [nth, route] of routes.entries())
    for (const reader of readers) {
      const id = pick(foreignTo(world, reader, route), nth);
      if (id !== undefined) await isRefused(world, reader, { route, id });
    }
  await checkStanding(world);
}

function foreignTo(world: World, reader: Reader, { method, path }: Route): readonly string[] {
  const things = thingsAt(world, path) ?? [];
  const foreign = things.filter(({ mark }) => !mayRead(reader, mark)).map(({ id }) => id);
  // A name means somebody in the workspace of whoever says it: those that others have, too, are theirs; any can be given.
  const [isName, isGiven] = [path.includes('/end-users/:'), method === 'PUT'];
  return foreign.filter((id) => !isName || (!isGiven && things.filter((thing) => thing.id === id).length === 1));
}

async function isRefused(
  world: World,
  reader: Reader,
  { route, id }: { readonly route: Route; readonly id: string },
): Promise<void> {
  const to = addressOf(world, reader, { route, id });
  const body = route.body === undefined ? {} : { body: route.example?.body ?? {} };
  const { status, text } = await ask(world, reader, { to, ...body });
  const refusals = isKnown(reader) ? [403, 404] : [401];
  expect(refusals, `${readerName(reader)}: ${to}: ${status} ${text}`).toContain(status);
}

/** Throws unless everybody still has what they had: their connections answer them, and their calls wait. */
async function checkStanding(world: World): Promise<void> {
  const { connections, tokens, waiting } = world.made;
  for (const token of tokens)
    for (const { id, content } of connections.filter((connection) => mayCall(token, connection))) {
      const to = `POST /api/v1/connections/${id}/tools/read_page/call`;
      expect((await ask(world, token, { to, body: { arguments: {} } })).text).toContain(content);
    }
  for (const { id, asker } of waiting.filter(isOpen)) {
    const seen = await ask(world, asker, { to: `GET /api/v1/approvals/${id}` });
    expect(seen.body, seen.text).toMatchObject({ status: 'pending' });
  }
}
