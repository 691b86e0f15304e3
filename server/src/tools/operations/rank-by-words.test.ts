import { expect, it } from 'vitest';
import { rankByWords } from './rank-by-words.ts';

const items = [
  { name: 'desk_close', label: 'Close', description: 'Closes a ticket.' },
  { name: 'desk_list', label: 'List tickets', description: 'Lists all.' },
  { name: 'desk_list_tickets', label: 'All', description: 'Everything.' },
  { name: 'desk_get_ticket', label: 'Get', description: 'One.' },
];

function found(query: string): readonly string[] {
  return rankByWords(query, items, (item) => item).map(({ name }) => name);
}

it('counts a word of the name before a part of it before the label before the description', () => {
  expect(found('ticket')).toEqual(['desk_get_ticket', 'desk_list_tickets', 'desk_list', 'desk_close']);
});

it('asks for every word, in any case and with anything between them', () => {
  expect(found('TICKET, list!')).toEqual(['desk_list_tickets', 'desk_list']);
  expect(found('ticket nonesuch')).toEqual([]);
});

it('keeps the order among equals', () => {
  expect(found('desk')).toEqual(items.map(({ name }) => name));
});

it.each(['', '   ', '!?'])('finds nothing for %j', (query) => {
  expect(found(query)).toEqual([]);
});

it('takes the characters of a pattern as they are', () => {
  expect(found('^(ticket)$')).toEqual(found('ticket'));
});
