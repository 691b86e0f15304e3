import { isRecord } from '../../lib/json.ts';
import type { Route } from '../route.ts';
import type { Components } from './components.ts';
import { idempotencyParameter } from './headers.ts';

type Node = Readonly<Record<string, unknown>>;

/** What a request says outside its body: the path, the query, the workspace, and the key of a repeated one. */
export function parametersOf(route: Route, components: Components): readonly Node[] {
  return [
    ...inPath(route, components),
    ...inQuery(route, components),
    ...workspaceParameter(route),
    ...idempotencyParameter(route),
  ];
}

function inPath(route: Route, components: Components): readonly Node[] {
  const { schemas } = components.properties(route.params);
  const names = [...route.path.matchAll(/:(\w+)|\*/g)].map(([, name = 'path']) => name);
  return names.map((name) => ({ name, in: 'path', required: true, schema: schemas[name] ?? wildcard }));
}

const wildcard = { type: 'string', description: 'The rest of the path, with its slashes, percent-encoded.' };

function inQuery(route: Route, components: Components): readonly Node[] {
  const { schemas, required } = components.properties(route.query);
  return Object.entries(schemas).map(([name, schema]) =>
    Object.assign({ name, in: 'query', required: required.has(name), schema }, writtenAs(schema)),
  );
}

/** An object has a parameter for each of its keys: `metadata[plan]=pro`. */
function writtenAs(schema: unknown): Node {
  return isRecord(schema) && schema['type'] === 'object' ? { style: 'deepObject', explode: true } : {};
}

function workspaceParameter({ access, workspaceIn }: Route): readonly Node[] {
  if (access === 'public' || access === 'identity' || access === 'operator' || workspaceIn === 'path') return [];
  const description = 'Id or slug of the workspace.';
  if (workspaceIn === 'header')
    return [{ name: 'X-Workspace', in: 'header', required: false, description, schema: { type: 'string' } }];
  const required = workspaceIn === 'query';
  return [{ name: 'workspace_id', in: 'query', required, description, schema: { type: 'string' } }];
}
