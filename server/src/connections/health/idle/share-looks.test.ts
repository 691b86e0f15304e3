import { expect, it } from 'vitest';
import { shareLooks } from './share-looks.ts';

const budget = { inAll: 4, perWorkspace: 2, perOrigin: 3 };
const look = (workspaceId: string, origin: string) => ({ workspaceId, origin });

it('gives no workspace more than its share, whoever is due first', () => {
  const due = [look('a', '1'), look('a', '2'), look('a', '3'), look('b', '4')];
  expect(shareLooks(due, budget)).toEqual({ now: [due[0], due[1], due[3]], later: [due[2]] });
});

it('asks no provider more often than that, whoever wants to know', () => {
  const due = ['a', 'b', 'c', 'd'].map((workspace) => look(workspace, 'https://api.example.com'));
  expect(shareLooks(due, budget).now).toEqual(due.slice(0, 3));
});

it('ends somewhere', () => {
  const due = Array.from({ length: 10 }, (_, count) => look(`${count}`, `${count}`));
  expect(shareLooks(due, budget)).toEqual({ now: due.slice(0, 4), later: due.slice(4) });
});
