import { setTimeout } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { eventStream, type SentEvent, wantsEvents } from './event-stream.ts';

it.each([
  ['text/event-stream', true],
  ['application/json, TEXT/Event-Stream;q=0.9', true],
  ['', false],
  ['*/*', false],
  ['text/event-streams', false],
])('accept %j asks for events: %s', (accept, wanted) => {
  expect(wantsEvents(accept)).toBe(wanted);
});

async function* slowly(): AsyncGenerator<SentEvent> {
  yield { event: 'delta', data: { content: 'a\nb' } };
  await setTimeout(60);
  yield { event: 'result', data: [1] };
}

it('writes each event on lines of its own, and a comment while it waits', async () => {
  const text = (await eventStream(slowly(), 25).toArray()).join('');
  const [first, ...rest] = text.split('\n\n');
  expect(first).toBe('event: delta\ndata: {"content":"a\\nb"}');
  expect(rest.filter((block) => block === ': waiting').length).toBeGreaterThan(0);
  expect(rest.at(-2)).toBe('event: result\ndata: [1]');
});

it('lets the source know that its reader has left', async () => {
  const left = Promise.withResolvers<void>();
  async function* endless(): AsyncGenerator<SentEvent> {
    try {
      for (;;) {
        yield { event: 'delta', data: {} };
        await setTimeout(1);
      }
    } finally {
      left.resolve();
    }
  }
  const body = eventStream(endless());
  body.once('data', () => body.destroy());
  await left.promise;
});
