import { z } from 'zod';
import { failureStatus, type FailureCode } from '../../errors.ts';
import { takesIdempotencyKey } from '../idempotency/idempotency-key.ts';
import type { Route } from '../route.ts';
import type { Components } from './components.ts';
import { failureHeaders } from './headers.ts';

type Node = Readonly<Record<string, unknown>>;

/** What the route may refuse with, by status. */
export function failuresOf(route: Route): Readonly<Record<string, Node>> {
  const isTools = route.path.startsWith('/v1/tools/');
  const codes = new Set<FailureCode>([
    'BAD_REQUEST',
    'RATE_LIMITED',
    ...(route.access === 'public' ? [] : callerFailures),
    ...(route.body === undefined ? [] : bodyFailures),
    ...(isTools && route.body !== undefined ? toolsBodyFailures : []),
    ...(takesIdempotencyKey(route) ? keyFailures : []),
    ...route.failures,
  ]);
  return Object.fromEntries(
    [...codes].map((code) => {
      const name = isTools && code === 'INVALID_INPUT' ? 'INVALID_TOOLS_BODY' : code;
      return [String(failureStatus[code]), { $ref: `#/components/responses/${name}` }];
    }),
  );
}

const callerFailures: readonly FailureCode[] = ['UNAUTHORIZED', 'FORBIDDEN'];
const bodyFailures: readonly FailureCode[] = ['PAYLOAD_TOO_LARGE'];
const toolsBodyFailures: readonly FailureCode[] = ['INVALID_INPUT'];
const keyFailures: readonly FailureCode[] = ['CONFLICT'];

const sentences: readonly (readonly [FailureCode, string])[] = [
  ['BAD_REQUEST', 'The request is malformed: its address, its syntax, or what its body holds.'],
  ['UNAUTHORIZED', 'There is no credential, or it does not hold.'],
  ['FORBIDDEN', 'The role or the scope is missing, or the workspace is somebody else’s.'],
  ['NOT_FOUND', 'There is no such thing, or not for this caller.'],
  ['CONFLICT', 'It contradicts what is there, or an earlier request with the same Idempotency-Key.'],
  ['PAYLOAD_TOO_LARGE', 'The body is larger than 1 MiB, or than the endpoint says that it takes.'],
  ['INVALID_INPUT', 'The request is well formed, but what it asks for cannot be done.'],
  ['RATE_LIMITED', 'Too many requests were made.'],
  ['INTERNAL', 'Something went wrong on our side.'],
  ['PROVIDER_UNAVAILABLE', 'The provider cannot be reached.'],
];

/** One answer per code, and the list in which `/v1/tools` tells of a bad body (RULINGS, Everywhere 3). */
export function failureResponses(components: Components): Readonly<Record<string, Node>> {
  components.add('Failure', failureShape);
  components.add('ToolsDetail', toolsShape);
  const named = sentences.map(([code, sentence]) => [code, responseOf(code, sentence)]);
  return { ...Object.fromEntries(named), INVALID_TOOLS_BODY: toolsResponse };
}

const failureShape = z.object({
  error: z.looseObject({
    code: z.enum(Object.keys(failureStatus)),
    message: z.string().describe('A sentence that says what to do.'),
    request_id: z.string(),
  }),
});

const toolsShape = z.object({
  detail: z.array(
    z.object({
      loc: z.array(z.union([z.string(), z.number()])),
      msg: z.string(),
      type: z.enum(['missing', 'json_invalid', 'value_error']),
    }),
  ),
});

function responseOf(code: FailureCode, description: string): Node {
  const schema = { $ref: '#/components/schemas/Failure' };
  const example = { error: { code, message: description, request_id: '01890a5d-ac96-774b-8cce-b302099a8057' } };
  return { description, headers: failureHeaders(code), content: { 'application/json': { schema, example } } };
}

const toolsResponse = {
  description: 'The body is not what this endpoint takes: a list of places and what is wrong there.',
  headers: failureHeaders('INVALID_INPUT'),
  content: {
    'application/json': {
      schema: { $ref: '#/components/schemas/ToolsDetail' },
      example: { detail: [{ loc: ['body', 'name'], msg: 'Field required', type: 'missing' }] },
    },
  },
};
