import type { Route } from '../route.ts';
import { answeredBy } from '../shapes/provider-answer.ts';
import type { Components, JsonSchema } from './components.ts';
import { exampleOf } from './example-of.ts';
import { failuresOf } from './failures.ts';
import { answerHeaders } from './headers.ts';

type Node = Readonly<Record<string, unknown>>;

/** Everything a request of the route may be answered, by status. */
export function answersOf(route: Route, components: Components): Readonly<Record<string, Node>> {
  const passed = route.passesThrough === true ? { default: passedThrough } : {};
  return { ...successesOf(route, components), ...failuresOf(route), ...passed };
}

/** Of a route that hands on what a provider answered: it may have any status, one that is declared for ours too. */
const passedThrough = {
  description:
    'What the provider answered: its status, what it said of its content, and its body. It has this header, which no answer of ours has.',
  headers: {
    [answeredBy.name]: { schema: { type: 'string', const: answeredBy.value } },
  },
  content: { '*/*': { schema: { description: 'Whatever the provider sent, without secrets.' } } },
};

function successesOf(route: Route, components: Components): Readonly<Record<string, Node>> {
  return Object.fromEntries(
    Object.entries(route.answers).map(([status, shape]) => {
      const schema = shape === null ? undefined : components.schema(shape, 'output');
      const isList = schema?.['type'] === 'array' && 'cursor' in components.properties(route.query).schemas;
      const description = meanings[status] ?? 'An answer.';
      const headers = answerHeaders(route, status, isList);
      if (schema === undefined) return [status, { description, headers }];
      return [status, { description, headers, content: contentOf(route, schema, components) }];
    }),
  );
}

const meanings: Readonly<Record<string, string>> = {
  200: 'Done.',
  201: 'Created.',
  202: 'Accepted: it waits for a person.',
  204: 'Done; no body.',
  302: 'Elsewhere.',
  503: 'Not able to work.',
};

function contentOf(route: Route, schema: JsonSchema, components: Components): Node {
  if (route.contentType !== undefined) return { [mediaTypeOf(route.contentType)]: { schema } };
  const known = { ...Object(route.example?.body), ...route.example?.params };
  const example = exampleOf(schema, { resolve: components.resolve, known });
  return { 'application/json': { schema, example }, ...(route.streams === true ? events : {}) };
}

function mediaTypeOf(contentType: string): string {
  return contentType.split(';', 1)[0] ?? contentType;
}

/** Where `accept` asks for it. */
const events = {
  'text/event-stream': {
    schema: { type: 'string', description: 'Server-sent events (HTML standard §9.2), where `accept` asks for them.' },
  },
};
