import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { catalogFolder } from '../support/catalog-folder.ts';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { ask, checkReceived } from './asking.ts';
import { everybody, ofEndUsers } from './choosing.ts';
import { history, populate } from './history.ts';
import { workspaceOf } from './model.ts';
import { type Provider, startProvider } from './provider.ts';
import { listEverything, nameEverything } from './sweep.ts';
import { nothingMade, startWorld, type World } from './world.ts';

/** More histories, and other ones: `PLUGBOARD_TEST_ROUNDS=50 PLUGBOARD_TEST_SEED=$RANDOM`. */
const rounds = Number(process.env['PLUGBOARD_TEST_ROUNDS'] ?? '1');
const seed = Number(process.env['PLUGBOARD_TEST_SEED'] ?? '20261121');
const numRuns = 3 * rounds;
const timeout = 120_000 * rounds;

describeOnDatabases('of several workspaces, end users, tokens and links', ({ engine, migrated }) => {
  const catalog = catalogFolder({});
  let provider: Provider;
  let world: World;

  beforeAll(async () => {
    provider = await startProvider();
    mkdirSync(join(catalog, 'notes'));
    writeFileSync(join(catalog, 'notes/connector.yaml'), provider.manifest);
    world = await startWorld(await migrated(), { provider, catalog });
  });
  afterAll(() => Promise.all([provider.stop(), world.receiver.stop()]));

  const begin = async (): Promise<void> => {
    provider.takeCalls();
    world.made = nothingMade(world.places);
    await populate(world);
  };

  it('nobody ever sees, calls, approves or receives another’s, whatever is done', { timeout }, async ({ signal }) => {
    covers('isolation/sees', 'isolation/calls', 'isolation/approves', 'isolation/receives', 'isolation/links');
    covers('isolation/same-names', 'isolation/erased');
    let allowed = 0;
    const holds = fc.asyncProperty(history, async (deeds) => {
      await begin();
      const before = world.done;
      for (const deed of deeds) {
        signal.throwIfAborted();
        await deed.take(world);
      }
      allowed += world.done - before;
      checkReceived(world);
    });
    const own = engine === 'sqlite' ? seed : seed + 1;
    await fc.assert(holds, { seed: own, numRuns, endOnFailure: true });
    // Histories in which hardly anything was allowed would prove little.
    expect(allowed).toBeGreaterThan(10 * numRuns);
  });

  it(
    'what is somebody else’s is in no list and refused in every path, with every credential',
    { timeout },
    async () => {
      covers('isolation/every-id');
      await begin();
      const here = world.places[0]?.id;
      const readers = everybody(world).filter((each) => rounds > 1 || (workspaceOf(each) ?? here) === here);
      await listEverything(world, readers);
      await nameEverything(world, readers);
      for (const { id } of world.places) await expect.poll(() => world.receiver.at(`/${id}`)).not.toHaveLength(0);
      checkReceived(world);
    },
  );

  it('a text or a call that is another’s is found', async () => {
    await begin();
    const [token, other] = world.made.tokens;
    const connection = ofEndUsers(world).find(({ owner }) => owner === token?.endUser);
    if (token === undefined || other === undefined || connection === undefined) throw new Error('Nothing was made.');
    const reading = { to: `POST /api/v1/connections/${connection.id}/tools/read_page/call`, body: { arguments: {} } };
    await expect(ask(world, { ...token, endUser: other.endUser }, reading)).rejects.toThrow(/was shown/);
    await expect(ask(world, other, { to: 'GET /api/v1/me' })).rejects.toThrow(/made a GET .* with the token of/);
  });
});
