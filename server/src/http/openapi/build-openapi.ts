import type { z } from 'zod';
import type { Allowed, Route } from '../route.ts';
import { answersOf } from './answers.ts';
import { createComponents, type Components } from './components.ts';
import { exampleOf } from './example-of.ts';
import { failureResponses } from './failures.ts';
import { headerComponents } from './headers.ts';
import { parametersOf } from './parameters.ts';
import { describedTags, tagsOf } from './tags.ts';

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

/** The description of the routes, from their facts alone: the same facts that are mounted. */
export function buildOpenapi(routes: readonly Route[]): OpenapiDocument {
  const components = createComponents();
  const responses = failureResponses(components);
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
    tags: describedTags(routes),
    security: [{ bearer: [] }, { apiKey: [] }],
    paths,
    components: { securitySchemes, headers: headerComponents, responses, schemas: components.schemas() },
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

function operation(route: Route, components: Components): Node {
  return {
    operationId: route.name,
    summary: route.summary,
    tags: tagsOf(route),
    ...described(route.access),
    ...(route.access === 'public' ? { security: [] } : {}),
    parameters: parametersOf(route, components),
    ...(route.body === undefined ? {} : { requestBody: bodyOf(route, route.body, components) }),
    ...(takesAnyBytes(route) ? { requestBody: anyBytes } : {}),
    responses: answersOf(route, components),
  };
}

function described(access: Allowed | 'identity' | 'public'): Node {
  if (access === 'operator') return { description: 'For the operator of the installation.' };
  if (typeof access === 'string') return {};
  const orScope = access.orScope === undefined ? '' : ` or \`${access.orScope}\``;
  return {
    description: `Needs the role ${access.role} or above and the scope \`${access.scope}\`${orScope}.`,
    'x-role': access.role,
    'x-scope': access.scope,
  };
}

/** The body of a read that is handed on has no meaning that could be described (RFC 9110 §9.3.1). */
function takesAnyBytes({ takesBytes, relays, method }: Route): boolean {
  if (relays === true) return !['GET', 'HEAD', 'OPTIONS'].includes(method);
  return takesBytes === true;
}

const anyBytes = {
  description: 'The bytes as they are, under their own media type.',
  required: false,
  content: { '*/*': { schema: { type: 'string', format: 'binary' } } },
};

function bodyOf(route: Route, body: z.ZodType, components: Components): Node {
  const schema = components.schema(body, 'input');
  const example = route.example?.body ?? exampleOf(schema, { resolve: components.resolve, known: {} });
  return { required: !body.safeParse(undefined).success, content: { 'application/json': { schema, example } } };
}
