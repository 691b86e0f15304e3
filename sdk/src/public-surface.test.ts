import { describe, expectTypeOf, it } from 'vitest';
import {
  type ApiKey,
  type CallableTool,
  type Call,
  type Connection,
  createPlugboard,
  isPlugboardError,
  type List,
  type Page,
  type Plugboard,
  type PlugboardError,
  signConnectLink,
  type ToolOutcome,
  type Toolset,
  verifyWebhook,
  type WebhookMessage,
} from './index.ts';

// What the compiler says here is the test: nothing is sent.
const plugboard: Plugboard = createPlugboard({ key: 'pb_test' });
const error: unknown = new Error('Any.');

describe('the types of the client', () => {
  it('name what methods answer', () => {
    expectTypeOf(plugboard.connections.list).returns.toEqualTypeOf<List<Connection>>();
    expectTypeOf(plugboard.calls.list().page).returns.resolves.toEqualTypeOf<Page<Call>>();
    expectTypeOf(plugboard.apiKeys.list().all).returns.resolves.toEqualTypeOf<ApiKey[]>();
    expectTypeOf(plugboard.connections.get).returns.resolves.toEqualTypeOf<Connection>();
    expectTypeOf(plugboard.apiKeys.revoke).returns.resolves.toBeVoid();
    expectTypeOf(plugboard.connections.tools.call).returns.resolves.toEqualTypeOf<ToolOutcome>();
    expectTypeOf(plugboard.tools).returns.resolves.toEqualTypeOf<Toolset>();
    expectTypeOf<Toolset>().toExtend<Iterable<CallableTool>>();
    expectTypeOf(plugboard.events.export).returns.toExtend<AsyncIterable<unknown>>();
    expectTypeOf(plugboard.files.content.download).returns.resolves.toEqualTypeOf<Response>();
  });

  it('let only through what an endpoint takes', () => {
    expectTypeOf(createPlugboard).parameter(0).toExtend<{ readonly url?: string | undefined }>();
    const wrong = () => [
      // @ts-expect-error A key is needed.
      createPlugboard({}),
      // @ts-expect-error A connection is of a connector.
      plugboard.connections.create({ label: 'x' }),
      // @ts-expect-error There is no such kind.
      plugboard.apiKeys.create({ name: 'x', kind: 'robot' }),
      // @ts-expect-error There is no such filter.
      plugboard.calls.list({ colour: 'red' }),
      // @ts-expect-error An id is text.
      plugboard.connections.get(7),
      // @ts-expect-error There is no such method.
      plugboard.connections.reveal('x'),
      // @ts-expect-error A tool waits for a number of seconds.
      plugboard.connections.tools.call('c', 't', {}, { query: { wait: 'long' } }),
    ];
    expectTypeOf(wrong).toBeFunction();
  });

  it('tell outcomes apart', () => {
    const read = (outcome: ToolOutcome) => {
      // @ts-expect-error An output is of a call that was ok.
      void outcome.output;
      if (outcome.status === 'ok') return outcome.output;
      if (outcome.status === 'needs_approval') return outcome.approval_id;
      if (outcome.status === 'rejected')
        return outcome.reason === 'connect_first' ? outcome.connect_url : outcome.problems;
      return outcome.message;
    };
    expectTypeOf(read).toBeFunction();
  });

  it('know an error by its code', () => {
    if (!isPlugboardError(error, 'CONFLICT', 'NOT_FOUND')) return;
    expectTypeOf(error).toExtend<PlugboardError>();
    expectTypeOf(error.code).toEqualTypeOf<'CONFLICT' | 'NOT_FOUND'>();
    expectTypeOf(error.details.choices?.[0]?.handle).toEqualTypeOf<string | undefined>();
    // @ts-expect-error There is no such code.
    isPlugboardError(error, 'TEAPOT');
  });

  it('are of what is signed and checked, too', () => {
    expectTypeOf(verifyWebhook).returns.resolves.toEqualTypeOf<WebhookMessage>();
    expectTypeOf(verifyWebhook).parameter(2).toEqualTypeOf<string | readonly string[]>();
    expectTypeOf(signConnectLink).returns.resolves.toBeString();
    expectTypeOf(signConnectLink).parameter(0).toHaveProperty('return_url');
  });
});
