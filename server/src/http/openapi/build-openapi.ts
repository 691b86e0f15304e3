import { z } from 'zod';
import { failureStatus, type FailureCode } from '../../errors.ts';
import type { Allowed, Answers, Route } from '../route.ts';
import { createComponents, type Components, type JsonSchema } from './components.ts';

type Node = Readonly<Record<string, unknown>>;

/** A description of an API (OpenAPI 3.1). */
export type OpenapiDocument = {
  readonly openapi: '3.1.0';
  readonly info: Node;
  readonly servers: readonly Node[];
  readonly tags: readonly Node[];
  readonly security: readonly Node[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Node>>>>;
  readonly components: Node;
};

const everyRoute: readonly FailureCode[] = ['BAD_REQUEST', 'RATE_LIMITED'];
const everyCaller: readonly FailureCode[] = ['UNAUTHORIZED', 'FORBIDDEN'];

/** The description of the routes, from their facts alone: the same facts that are mounted. */
export function buildOpenapi(routes: readonly Route[]): OpenapiDocument {
  const components = createComponents();
  components.add('Failure', failureSchema);
  const paths: Record<string, Record<string, Node>> = {};
  for (const route of routes) {
    const path = route.path.replaceAll(/:(\w+)/g, '{$1}').replace('*', '{path}');
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(route, components) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Plugboard',
      version: '1',
      description: 'The switchboard between AI agents and everything they must reach.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    tags: [...new Set(routes.flatMap(tagsOf))].map((name) => ({ name })),
    security: [{ bearer: [] }, { apiKey: [] }],
    paths,
    components: { securitySchemes, responses: failureResponses(), schemas: components.schemas() },
  };
}

const securitySchemes = {
  bearer: {
    type: 'http',
    scheme: 'bearer',
    description: 'An API key, a session token or a JWT of your identity provider.',
  },
  apiKey: { type: 'apiKey', in: 'header', name: 'x-api-key' },
};

const failureSchema = z.object({
  error: z.looseObject({
    code: z.enum(Object.keys(failureStatus)),
    message: z.string().describe('A sentence that says what to do.'),
    request_id: z.string(),
  }),
});

function operation(route: Route, components: Components): Node {
  return {
    operationId: route.name,
    summary: route.summary,
    tags: tagsOf(route),
    ...described(route.access),
    ...(route.access === 'public' ? { security: [] } : {}),
    parameters: parametersOf(route, components),
    ...(route.body === undefined ? {} : { requestBody: bodyOf(route, route.body, components) }),
    responses: { ...answersOf(route, components), ...failuresOf(route) },
  };
}

function tagsOf({ tag, contract }: Route): readonly string[] {
  return contract === undefined ? [tag] : [tag, `Contract ${contract}`];
}

function described(access: Allowed | 'identity' | 'public'): Node {
  if (access === 'operator') return { description: 'For the operator of the installation.' };
  if (typeof access === 'string') return {};
  return {
    description: `Needs the role ${access.role} or above and the scope \`${access.scope}\`.`,
    'x-role': access.role,
    'x-scope': access.scope,
  };
}

function parametersOf(route: Route, components: Components): readonly Node[] {
  const named = [...route.path.matchAll(/:(\w+)/g)].map(([, name = '']) => name);
  const params = components.properties(route.params);
  const query = components.properties(route.query);
  return [
    ...named.map((name) => ({ name, in: 'path', required: true, schema: params.schemas[name] ?? { type: 'string' } })),
    ...Object.entries(query.schemas).map(([name, schema]) => ({
      name,
      in: 'query',
      required: query.required.has(name),
      schema,
    })),
    ...workspaceParameter(route),
  ];
}

function workspaceParameter(route: Route): readonly Node[] {
  if (typeof route.access === 'string' && route.access !== 'caller') return [];
  if (route.workspaceIn === 'path') return [];
  const required = route.workspaceIn === 'query';
  return [
    {
      name: 'workspace_id',
      in: 'query',
      required,
      description: 'Id or slug of the workspace.',
      schema: { type: 'string' },
    },
  ];
}

function bodyOf(route: Route, body: z.ZodType, components: Components): Node {
  const example = route.example?.body;
  return {
    required: !body.safeParse(undefined).success,
    content: {
      'application/json': { schema: components.schema(body, 'input'), ...(example === undefined ? {} : { example }) },
    },
  };
}

function answersOf(route: Route, components: Components): Readonly<Record<string, Node>> {
  const answers: Answers = route.answers;
  return Object.fromEntries(
    Object.entries(answers).map(([status, schema]) => [
      status,
      schema === null ? { description: meaning(status) } : answer(route, status, components.schema(schema, 'output')),
    ]),
  );
}

function answer(route: Route, status: string, schema: JsonSchema): Node {
  const mediaType = route.contentType?.split(';', 1)[0] ?? 'application/json';
  return { description: meaning(status), content: { [mediaType]: { schema } } };
}

function meaning(status: string): string {
  const meanings: Readonly<Record<string, string>> = {
    200: 'Done.',
    201: 'Created.',
    202: 'Accepted.',
    204: 'Done; no body.',
    302: 'Elsewhere.',
    503: 'Not able to work.',
  };
  return meanings[status] ?? 'An answer.';
}

function failuresOf(route: Route): Readonly<Record<string, Node>> {
  const codes = new Set([
    ...everyRoute,
    ...(route.access === 'public' ? [] : everyCaller),
    ...(route.body === undefined ? [] : bodyFailures),
    ...route.failures,
  ]);
  return Object.fromEntries(
    [...codes].map((code) => [String(failureStatus[code]), { $ref: `#/components/responses/${code}` }]),
  );
}

/** One answer per code: every code has a status of its own. */
function failureResponses(): Readonly<Record<string, Node>> {
  const content = { 'application/json': { schema: { $ref: '#/components/schemas/Failure' } } };
  return Object.fromEntries(Object.keys(failureStatus).map((code) => [code, { description: code, content }]));
}

const bodyFailures: readonly FailureCode[] = ['PAYLOAD_TOO_LARGE'];
