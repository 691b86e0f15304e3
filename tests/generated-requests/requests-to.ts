import * as fc from 'fast-check';
import { z } from 'zod';
import type { Route } from '../../server/src/http/route.ts';
import { isRecord } from '../../server/src/lib/json.ts';
import { almost, hostilePayload, hostileText, hostileValue } from './hostile.ts';
import { type JsonSchema, type Likely, valuesOf } from './values-of.ts';

/** A request as it goes over the wire, and who sends it. */
export interface GeneratedRequest {
  readonly caller: string;
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly payload?: string;
}

export interface RequestParts {
  readonly callers: readonly string[];
  readonly likely: Likely;
  /** Parameters of the route's path that name something. */
  readonly params: readonly Readonly<Record<string, string>>[];
}

/** Requests to a route: such as it takes, nearly such, and such as nobody sends in good faith. */
export function requestsTo(route: Route, parts: RequestParts): fc.Arbitrary<GeneratedRequest> {
  return fc
    .record({
      caller: fc.oneof(
        { arbitrary: fc.constantFrom(...parts.callers.slice(0, 1)), weight: 3 },
        fc.constantFrom(...parts.callers),
      ),
      path: pathsOf(route, parts),
      query: queriesOf(route, parts.likely),
      headers: oddHeaders,
      contentType: contentTypes,
      payload: route.body === undefined ? mostlyNone : payloadsOf(route, parts),
    })
    .map((parts) => written(route, parts));
}

interface Parts extends Pick<GeneratedRequest, 'caller' | 'headers'> {
  readonly path: string;
  readonly query: string;
  readonly contentType: Readonly<Record<string, string>>;
  readonly payload: string | undefined;
}

function written({ method }: Route, { caller, path, query, headers, contentType, payload }: Parts): GeneratedRequest {
  const url = query === '' ? path : `${path}?${query}`;
  if (payload === undefined) return { caller, method, url, headers };
  return { caller, method, url, headers: { ...contentType, ...headers }, payload };
}

const mostlyNone: fc.Arbitrary<string | undefined> = fc.oneof(
  { arbitrary: fc.constant(undefined), weight: 9 },
  { arbitrary: hostilePayload, weight: 1 },
);

/** Requests to nowhere in particular. */
export function strayRequests(callers: readonly string[], paths: readonly string[]): fc.Arbitrary<GeneratedRequest> {
  const step = fc.oneof(
    hostileText.map(encoded),
    fc.constantFrom('api', 'v1', 'tools', 'connectors', '..', '%2e%2e', '%zz', ''),
  );
  return fc.record({
    caller: fc.constantFrom(...callers),
    method: fc.constantFrom('GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'),
    url: fc.oneof(
      fc.array(step, { maxLength: 6 }).map((steps) => `/${steps.join('/')}`),
      fc.constantFrom(...paths).map((path) => path.replaceAll(/:\w+/g, 'x')),
    ),
    headers: oddHeaders,
  });
}

function pathsOf(route: Route, { params, likely }: RequestParts): fc.Arbitrary<string> {
  const names = [...route.path.matchAll(/:(\w+)/g)].map(([, name = '']) => name);
  if (names.length === 0) return fc.constant(route.path);
  const address = (values: Readonly<Record<string, unknown>>) =>
    route.path.replaceAll(/:(\w+)/g, (_, name: string) => encoded(String(values[name] ?? '')));
  const made = params.length === 0 ? valuesOf(schemaOf(route.params), likely) : fc.constantFrom(...params);
  const strange = fc.record(Object.fromEntries(names.map((name) => [name, hostileText])));
  const mixed = fc
    .tuple(made, strange, fc.constantFrom(...names))
    .map(([good, bad, name]) => Object.assign({}, good, { [name]: bad[name] }));
  return fc.oneof(
    { arbitrary: made.map((values) => address(Object(values))), weight: 5 },
    { arbitrary: valuesOf(schemaOf(route.params), likely).map((values) => address(Object(values))), weight: 2 },
    { arbitrary: mixed.map(address), weight: 2 },
  );
}

function queriesOf(route: Route, likely: Likely): fc.Arbitrary<string> {
  const fitting = valuesOf(schemaOf(route.query), likely).map((query) => asQuery(query));
  const workspace = fc.constantFrom(
    'workspace_id=default',
    'workspace_id=default',
    'workspace_id=another',
    'workspace_id=',
    'workspace_id=%00',
  );
  const strange = fc
    .array(fc.tuple(fc.oneof(hostileText, fc.constantFrom('limit', 'cursor', 'workspace_id', 'q')), hostileText), {
      maxLength: 4,
    })
    .map((pairs) => pairs.map(([name, value]) => `${encoded(name)}=${encoded(value)}`).join('&'));
  const twice = fitting.map((query) => (query === '' ? 'limit=1&limit=2' : `${query}&${query}`));
  const named =
    route.workspaceIn === 'query'
      ? fc.oneof({ arbitrary: fc.constant('workspace_id=default'), weight: 4 }, workspace)
      : fc.constant('');
  const rest = fc.oneof(
    { arbitrary: fitting, weight: 6 },
    { arbitrary: strange, weight: 1 },
    { arbitrary: twice, weight: 1 },
    { arbitrary: workspace, weight: 1 },
  );
  return fc.tuple(named, rest).map((parts) => parts.filter((part) => part !== '').join('&'));
}

function payloadsOf(route: Route, { likely }: RequestParts): fc.Arbitrary<string | undefined> {
  const fitting = valuesOf(schemaOf(route.body), likely);
  const example = route.example?.body;
  const good = example === undefined ? fitting : fc.oneof(fitting, fc.constant(example), fc.constant(example));
  return fc.oneof(
    { arbitrary: good.map((value) => JSON.stringify(value)), weight: 5 },
    { arbitrary: almost(good).map((value) => JSON.stringify(value)), weight: 6 },
    { arbitrary: hostileValue.map((value) => JSON.stringify(value)), weight: 1 },
    { arbitrary: hostilePayload, weight: 2 },
    { arbitrary: fc.constant(undefined), weight: 1 },
  );
}

const contentTypes: fc.Arbitrary<Readonly<Record<string, string>>> = fc.oneof(
  { arbitrary: fc.constant({ 'content-type': 'application/json' }), weight: 12 },
  fc
    .constantFrom(
      'application/json; charset=utf-8',
      'APPLICATION/JSON',
      'application/json; charset=utf-16',
      'text/plain',
      'application/xml',
      'multipart/form-data; boundary=x',
      'application/x-www-form-urlencoded',
      '*/*',
      'json',
      ';',
    )
    .map((type) => ({ 'content-type': type })),
  fc.constant({}),
);

/** Headers that change nothing, or should not. */
const oddHeaders: fc.Arbitrary<Readonly<Record<string, string>>> = fc.oneof(
  { arbitrary: fc.constant({}), weight: 10 },
  fc.constantFrom(
    { 'idempotency-key': 'one-of-few' },
    { 'idempotency-key': 'another-of-few' },
    { 'idempotency-key': '' },
    { 'idempotency-key': 'x'.repeat(300) },
    { accept: 'text/event-stream' },
    { accept: 'text/html, */*;q=0.1' },
    { accept: '\u00e9' },
    { 'x-workspace': 'default' },
    { 'x-workspace': 'another' },
    { 'x-workspace': 'x'.repeat(5000) },
    { 'x-request-id': 'x'.repeat(200) },
    { origin: 'http://evil.example', 'content-type': 'application/json' },
    { cookie: '='.repeat(100) },
    { authorization: 'Basic YTpi' },
    { authorization: 'Bearer ' },
    { authorization: 'Bearer a.b.c' },
    { 'x-forwarded-for': '1.2.3.4', 'x-forwarded-host': 'evil.example' },
    { 'if-none-match': '*' },
    { 'content-encoding': 'gzip' },
    { expect: '100-continue' },
    { range: 'bytes=0-' },
    { host: 'evil.example' },
  ),
);

function schemaOf(schema: z.ZodType | undefined): JsonSchema {
  return schema === undefined ? {} : z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
}

function asQuery(query: unknown): string {
  if (!isRecord(query)) return '';
  return Object.entries(query)
    .map(([name, value]) => `${encoded(name)}=${encoded(typeof value === 'string' ? value : JSON.stringify(value))}`)
    .join('&');
}

/** Percent-encoded, also where it is no valid text. */
function encoded(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}
