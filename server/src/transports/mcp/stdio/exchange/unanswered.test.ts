import type { JSONRPCMessage } from '@modelcontextprotocol/client';
import { expect, it } from 'vitest';
import { createUnanswered } from './unanswered.ts';

const request = (id: number, method = 'tools/call'): JSONRPCMessage => ({ jsonrpc: '2.0', id, method, params: {} });
const answer = (id: number): JSONRPCMessage => ({ jsonrpc: '2.0', id, result: {} });
const cancelled = (requestId: number): JSONRPCMessage => ({
  jsonrpc: '2.0',
  method: 'notifications/cancelled',
  params: { requestId },
});

it('is idle until something is asked, and again when all of it is answered', () => {
  const unanswered = createUnanswered();
  expect(unanswered.idleSince).toEqual(expect.any(Number));
  unanswered.sent(request(1));
  unanswered.sent(request(2));
  unanswered.heard(answer(1));
  expect(unanswered.idleSince).toBeUndefined();
  unanswered.heard(answer(2));
  expect(unanswered.idleSince).toEqual(expect.any(Number));
});

it('waits no longer for what was cancelled, and never for the end of a subscription', () => {
  const unanswered = createUnanswered();
  unanswered.sent(request(1));
  unanswered.sent(request(2, 'subscriptions/listen'));
  expect(unanswered.idleSince).toBeUndefined();
  unanswered.sent(cancelled(1));
  expect(unanswered.idleSince).toEqual(expect.any(Number));
});

it('takes a request of the program for no answer, and an answer to nothing for none', () => {
  const unanswered = createUnanswered();
  unanswered.sent(request(1));
  unanswered.heard(request(1, 'roots/list'));
  unanswered.heard(answer(7));
  expect(unanswered.giveUp()).toEqual([1]);
  expect(unanswered.giveUp()).toEqual([]);
});
