import * as fc from 'fast-check';
import type { Who } from '../choosing.ts';
import type { World } from '../world.ts';

/** What somebody does. Who and what are found among what there is then; it prints as what was chosen. */
export interface Deed extends fc.WithToStringMethod {
  take(world: World): Promise<void>;
}

/** One kind of thing that somebody does. */
export interface Step<Wish> {
  readonly any: fc.Arbitrary<Deed>;
  take(world: World, wish: Wish): Promise<void>;
}

/** A step, from everything that can be chosen about it. */
export function step<Wish>(
  name: string,
  choices: { readonly [Part in keyof Wish]: fc.Arbitrary<Wish[Part]> },
  take: (world: World, wish: Wish) => Promise<void>,
): Step<Wish> {
  const any = fc.record<Wish>(choices).map((wish) => ({
    take: (world: World) => take(world, wish),
    [fc.toStringMethod]: () => `${name} ${fc.stringify(wish)}`,
  }));
  return { any, take };
}

/** Something of which there are several: which of those there are then, counted round. */
export const which = fc.nat(97);
/** Now and then one. */
export const maybe = fc.option(which, { nil: undefined, freq: 2 });
/** Somebody who asks: mostly one of those who may. */
export const who: fc.Arbitrary<Who> = fc.record({ nth: which, fitting: fc.constantFrom(true, true, true, false) });
