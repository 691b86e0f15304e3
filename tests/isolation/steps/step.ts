import * as fc from 'fast-check';
import { connectorIds } from '../provider.ts';

/** Something of which there are several: which of those there are then, counted round. */
const any = fc.nat(97);
const which = fc.record({ nth: any });
/** Somebody who asks: mostly one of those who may. */
const who = fc.record({ nth: any, fitting: fc.oneof({ arbitrary: fc.constant(true), weight: 3 }, fc.constant(false)) });
const connector = fc.constantFrom(...connectorIds);
const connectors = fc.option(connector, { nil: undefined, freq: 2 });
/** The browser in which a link is opened at once. */
const opens = fc.option(which, { nil: undefined, freq: 2 });
const named = fc.constantFrom('fitting', 'fitting', 'right', 'wrong', 'nobody');

/** One thing that somebody does, as data: who and what are found among what there is when it is done. */
export const step = fc.oneof(
  { arbitrary: fc.record({ do: fc.constant('connect'), by: who, user: which, connector }), weight: 5 },
  {
    arbitrary: fc.record({ do: fc.constant('mint'), by: who, user: which, connectors, names: fc.boolean() }),
    weight: 5,
  },
  { arbitrary: fc.record({ do: fc.constant('sign'), user: which, connectors, names: which, issuer: who }), weight: 2 },
  { arbitrary: fc.record({ do: fc.constant('overreach'), by: who, user: which, account: which }), weight: 1 },
  {
    arbitrary: fc.record({
      do: fc.constant('call'),
      by: who,
      account: which,
      door: fc.constantFrom('tool', 'operation', 'proxy', 'handle'),
    }),
    weight: 8,
  },
  { arbitrary: fc.record({ do: fc.constant('ask'), by: who, account: which }), weight: 6 },
  { arbitrary: fc.record({ do: fc.constant('mcp'), by: which }), weight: 2 },
  { arbitrary: fc.record({ do: fc.constant('list'), by: which, route: which }), weight: 6 },
  { arbitrary: fc.record({ do: fc.constant('see'), by: which, thing: which, place: which }), weight: 6 },
  { arbitrary: fc.record({ do: fc.constant('link'), by: who, user: which, connectors, opens }), weight: 4 },
  { arbitrary: fc.record({ do: fc.constant('open'), browser: which, link: which }), weight: 5 },
  {
    arbitrary: fc.record({
      do: fc.constant('fill'),
      browser: which,
      connector,
      link: fc.option(which, { nil: undefined, freq: 3 }),
      account: fc.option(which, { nil: undefined, freq: 3 }),
    }),
    weight: 4,
  },
  {
    arbitrary: fc.record({
      do: fc.constant('decide'),
      by: who,
      waiting: which,
      verb: fc.constantFrom('approve', 'decline'),
      named,
      several: fc.boolean(),
    }),
    weight: 6,
  },
  { arbitrary: fc.record({ do: fc.constant('approval link'), by: who, waiting: which, opens }), weight: 4 },
  {
    arbitrary: fc.record({
      do: fc.constant('press'),
      browser: which,
      waiting: which,
      own: fc.boolean(),
      decision: fc.constantFrom('approve', 'decline'),
    }),
    weight: 4,
  },
  { arbitrary: fc.record({ do: fc.constant('end token'), by: who, token: which }), weight: 1 },
  { arbitrary: fc.record({ do: fc.constant('revoke'), by: who, account: which }), weight: 1 },
  { arbitrary: fc.record({ do: fc.constant('erase'), by: who, user: which }), weight: 1 },
);

type Generated = typeof step extends fc.Arbitrary<infer Value> ? Value : never;
export type Step = Generated;
/** A step of one kind. */
export type StepOf<Do extends Step['do']> = Extract<Step, { do: Do }>;
export type Who = { readonly nth: number; readonly fitting: boolean };
export type Which = { readonly nth: number };
