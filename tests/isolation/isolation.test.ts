import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { catalogFolder } from '../support/catalog-folder.ts';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { type EveryId, everyId } from './every-id/every-id.ts';
import { populate } from './steps/populate.ts';
import { type Provider, startProvider } from './provider.ts';
import { checkLastReceived, checkReceived, checkStanding } from './standing.ts';
import { step } from './steps/step.ts';
import { takeStep } from './steps/take-step.ts';
import { nothingMade, startWorld, type World } from './world.ts';

/** Another run than the usual one: `PLUGBOARD_TEST_SEED=$RANDOM PLUGBOARD_TEST_RUNS=500`. */
const seed = Number(process.env['PLUGBOARD_TEST_SEED'] ?? 20_261_121);
const runs = { sqlite: 10, postgres: 4 };
/** Of the pairs of a credential and a route that does something one in so many is tried: others by another seed, all by 500 runs. */
const oneIn = { sqlite: 2, postgres: 4 };

describeOnDatabases('of several workspaces, end users, tokens and links', ({ engine, migrated }) => {
  const catalog = catalogFolder({});
  const numRuns = Number(process.env['PLUGBOARD_TEST_RUNS'] ?? runs[engine]);
  const patienceMs = 120_000 + numRuns * 5_000;
  let provider: Provider;
  let world: World;
  let every: EveryId | undefined;

  beforeAll(async () => {
    process.stdout.write(`isolation (${engine}): PLUGBOARD_TEST_SEED=${seed} PLUGBOARD_TEST_RUNS=${numRuns}\n`);
    provider = await startProvider();
    for (const [id, manifest] of Object.entries(provider.manifests)) {
      mkdirSync(join(catalog, id));
      writeFileSync(join(catalog, id, 'connector.yaml'), manifest);
    }
    world = await startWorld(await migrated(), { provider, catalog });
  });
  afterAll(() => Promise.all([provider.stop(), world.receiver.stop()]));

  it(
    'nobody ever sees, calls, approves or receives another’s, whatever is done in whatever order',
    async () => {
      covers('isolation/sees', 'isolation/calls', 'isolation/approves', 'isolation/receives', 'isolation/links');
      covers('isolation/same-names', 'isolation/erased');
      const steps = fc.noBias(fc.array(step, { minLength: 1, maxLength: 60, size: 'max' }));
      await fc.assert(
        fc.asyncProperty(steps, async (taken) => {
          world.made = nothingMade(world.places);
          await populate(world);
          for (const each of taken) await takeStep(world, each);
          checkReceived(world);
        }),
        { seed, numRuns, interruptAfterTimeLimit: patienceMs, markInterruptAsFailure: true },
      );
      await checkLastReceived(world);
      // A run in which hardly anything was allowed would prove little.
      const allowed = [...world.done.values()].reduce((sum, count) => sum + count, 0);
      expect(allowed).toBeGreaterThan(numRuns * 20);
    },
    2 * patienceMs,
  );

  const populated = async (): Promise<EveryId> => {
    world.made = nothingMade(world.places);
    await populate(world);
    return everyId(world);
  };

  it.each([
    ['in a list is not there', 'tryList'],
    ['in a path is refused', 'tryPath'],
    ['anywhere in a query or a body tells nothing and does nothing', 'tryInside'],
  ] as const)(
    'what is somebody else’s %s, at every route with every credential',
    async (_what, attempt) => {
      covers('isolation/every-id');
      every ??= await populated();
      const chosen = numbers(every.visits.length);
      const share = numRuns < 500 ? oneIn[engine] : 1;
      for (const [at, visit] of every.visits.entries()) {
        const nth = chosen[at] ?? 0;
        if (nth % share === 0 || (visit.isLook && engine === 'sqlite'))
          await every[attempt](visit, Math.floor(nth / share));
      }
      await checkStanding(world);
      checkReceived(world);
    },
    2 * patienceMs,
  );
});

/** So many numbers, the same by the same seed. */
function numbers(length: number): readonly number[] {
  const every = fc.noBias(fc.array(fc.nat(), { minLength: length, maxLength: length }));
  return fc.sample(every, { seed, numRuns: 1 })[0] ?? [];
}
