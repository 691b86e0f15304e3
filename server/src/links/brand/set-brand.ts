import { bumpGeneration } from '../../access/generations.ts';
import type { Context } from '../../context.ts';
import { Failure } from '../../errors.ts';
import { actorOf, appendEvent } from '../../events/append-event.ts';
import { isoTime } from '../../lib/clock.ts';
import { type Brand, putBrand } from './brand-store.ts';
import { readLogo } from './read-logo.ts';

declare module '../../events/append-event.ts' {
  interface EventTypes {
    'workspace.brand_changed': {
      readonly name: string | null;
      readonly colour: string | null;
      readonly hasLogo: boolean;
    };
  }
}

/** Sets what the pages for end users look like. Throws BAD_REQUEST for a logo that is none. */
export async function setBrand(ctx: Pick<Context, 'db' | 'clock' | 'caller'>, wish: Brand): Promise<Brand> {
  const { db, clock, caller } = ctx;
  const brand = { ...wish, logo: wish.logo === null ? null : checkedLogo(wish.logo) };
  await db.transact(async (trx) => {
    await bumpGeneration(trx);
    await putBrand(trx, brand, isoTime(clock));
    await appendEvent(trx, clock, {
      type: 'workspace.brand_changed',
      actor: actorOf(caller),
      subject: `workspace:${trx.workspaceId}`,
      data: { name: brand.name, colour: brand.colour, hasLogo: brand.logo !== null },
    });
  });
  return brand;
}

function checkedLogo(address: string): string {
  const read = readLogo(address);
  if ('refused' in read) throw new Failure('BAD_REQUEST', read.refused);
  return `data:${read.logo.type};base64,${read.logo.base64}`;
}
