import type { Requirement } from './requirement.ts';

/** How the tokens of connections stay good, whoever uses them and whatever fails. */
export const tokenRenewal = [
  {
    id: 'renewal/once',
    source: 'R1',
    sentence:
      'A token that ends is asked for once, however many calls wait for it at however many processes, and never by two at a time.',
  },
  {
    id: 'renewal/soft-margin',
    source: 'R1',
    sentence:
      'Near its end a token goes on being used while one call has it renewed; only after its end do calls wait.',
  },
  {
    id: 'renewal/background',
    source: 'R1',
    sentence: 'A token whose end is near is renewed though nobody uses it.',
  },
  {
    id: 'renewal/rotation',
    source: 'R1',
    sentence:
      'A refresh token that comes with an answer is the next one; one that an answer does not repeat goes on counting.',
  },
  {
    id: 'renewal/turned-down',
    source: '003.2',
    sentence:
      'A token that the provider turns down before its end is renewed and the read repeated, once; turned down again it is auth_failed.',
  },
  {
    id: 'renewal/refused',
    source: '003.2',
    sentence:
      'What the provider refuses to renew is token_expired, with its words and an event, and is not asked again.',
  },
  {
    id: 'renewal/asked',
    source: '003.2',
    sentence:
      'A token that was refused is asked for again when somebody tests the connection, with the OAuth app as it is then.',
  },
  {
    id: 'renewal/away',
    source: '003.2',
    sentence:
      'A provider that cannot be asked changes no status; it is asked again with back-off, and not before it wants.',
  },
  {
    id: 'renewal/killed-before',
    source: 'R1',
    sentence: 'A process that is killed before it asked loses nothing.',
  },
  {
    id: 'renewal/killed-between',
    source: 'R1',
    sentence:
      'A process that is killed between asking and keeping the answer: nobody asks twice and the connection says so, unless the provider takes that.',
  },
  {
    id: 'renewal/killed-after',
    source: 'R1',
    sentence: 'A process that is killed as soon as the answer is kept loses nothing.',
  },
  {
    id: 'renewal/grace',
    source: 'R1',
    sentence:
      'Where the manifest says that the provider takes a request twice, one whose answer was lost is repeated once.',
  },
  {
    id: 'renewal/fence',
    source: 'R1',
    sentence:
      'A process that was stopped for longer than its lease: its late answer is refused, and the newer token counts.',
  },
  {
    id: 'renewal/leaving',
    source: 'R1',
    sentence: 'A process that is told to leave finishes what it has asked for.',
  },
  {
    id: 'renewal/exchange',
    source: '001.8',
    sentence: 'Values that are exchanged for a token are exchanged before they count, and again when it is over.',
  },
  {
    id: 'renewal/exchange-origins',
    source: 'S1',
    sentence: 'Submitted values go where they are exchanged, and the token where the manifest lets the provider say.',
  },
] as const satisfies readonly Requirement[];
