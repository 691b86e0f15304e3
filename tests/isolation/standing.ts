import { expect } from 'vitest';
import { ask, expectOwn } from './asking.ts';
import { isOpen, mayCall } from './model.ts';
import type { World } from './world.ts';

/** Throws where a webhook was told what its workspace may not know, of all that arrived since it was asked last. */
export function checkReceived(world: World): void {
  const { receiver, places } = world;
  for (const { path, body } of receiver.received.slice(world.seen)) {
    const place = places.find(({ hook }) => hook === path);
    if (place === undefined) throw new Error(`Nobody asked to be told at ${path}.`);
    expectOwn(world, { kind: 'receiver', workspace: place.id }, { sent: path, given: body });
  }
  world.seen = receiver.received.length;
}

/** Waits until every workspace was told of something, and checks that, too. */
export async function checkLastReceived(world: World): Promise<void> {
  for (const { hook } of world.places)
    await expect.poll(() => world.receiver.at(hook).length, { timeout: 10_000 }).toBeGreaterThan(0);
  checkReceived(world);
}

/** Throws unless everybody still has what they had: their accounts answer them, and their calls wait. */
export async function checkStanding(world: World): Promise<void> {
  const { accounts, tokens, waiting } = world.made;
  for (const token of tokens)
    for (const { id, content } of accounts.filter((account) => mayCall(token, account))) {
      const to = `POST /api/v1/connections/${id}/tools/read_page/call`;
      const { text } = await ask(world, token, { to, body: { arguments: {} } });
      expect(text).toContain(content);
    }
  for (const { id, token } of waiting.filter((each) => isOpen(each))) {
    const seen = token && (await ask(world, token, { to: `GET /api/v1/approvals/${id}` }));
    expect(seen?.body, seen?.text).toMatchObject({ status: 'pending' });
  }
}
