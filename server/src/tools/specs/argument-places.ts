import type { Operation } from '../../catalog/connector.ts';
import { compileOperation } from '../../catalog/templates/compile-operation.ts';
import { type JsonTemplate, referencesInJson } from '../../catalog/templates/json-template.ts';
import { aloneIn, type Reference, referencesIn } from '../../catalog/templates/template.ts';

/** Where in its request the arguments of an operation stand. An argument may stand in several places. */
export interface ArgumentPlaces {
  readonly path: ReadonlySet<string>;
  readonly query: ReadonlySet<string>;
  readonly headers: ReadonlySet<string>;
  /** The arguments that are the whole value of a parameter, by the parameter's name. */
  readonly queryNames: ReadonlyMap<string, string>;
  /** The same of headers, by names in lower case. */
  readonly headerNames: ReadonlyMap<string, string>;
  /** The argument that stands for all parameters of the query, where the operation has one. */
  readonly wholeQuery: string | undefined;
}

const places = new WeakMap<Operation, ArgumentPlaces>();

/** Read from the templates of the operation, once for as long as its manifest lives. */
export function argumentPlaces(operation: Operation): ArgumentPlaces {
  const known = places.get(operation);
  if (known) return known;
  const fresh = readPlaces(operation);
  places.set(operation, fresh);
  return fresh;
}

function readPlaces(operation: Operation): ArgumentPlaces {
  const { path, query, headers } = compileOperation(operation);
  return {
    path: argumentsIn(referencesIn(path)),
    query: argumentsIn(referencesInJson(query)),
    headers: argumentsIn(headers.flatMap(([, template]) => referencesIn(template))),
    queryNames: wholeValues(query.kind === 'object' ? query.entries.map(([name, item]) => [name, alone(item)]) : []),
    headerNames: wholeValues(headers.map(([name, template]) => [name, aloneIn(template)])),
    wholeQuery: alone(query)?.key,
  };
}

function argumentsIn(references: readonly Reference[]): ReadonlySet<string> {
  return new Set(references.filter(({ root }) => root === 'arg').map(({ key }) => key));
}

function alone(template: JsonTemplate): Reference | undefined {
  return template.kind === 'alone' ? template.reference : undefined;
}

function wholeValues(named: readonly (readonly [string, Reference | undefined])[]): ReadonlyMap<string, string> {
  return new Map(
    named.flatMap(([name, reference]) => (reference?.root === 'arg' ? [[name, reference.key] as const] : [])),
  );
}
