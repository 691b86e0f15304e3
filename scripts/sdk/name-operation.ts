/** Where a method stands in the client, and what it is called: `['connections', 'tools']` and `call`. */
export interface MethodName {
  readonly namespace: readonly string[];
  readonly name: string;
}

interface Named {
  readonly operationId: string;
  readonly method: string;
  readonly path: string;
}

/** One word for one thing, whatever an operation is called. */
const synonyms: ReadonlyMap<string, string> = new Map([
  ['start', 'create'],
  ['edit', 'update'],
  ['change', 'update'],
  ['put', 'set'],
]);

/**
 * The words of the path are the namespace, without `/api/v1`; the first word of the operationId is the method. A last
 * word that says the same is not said twice: `POST …/tools/{tool}/call` with `callTool` is `tools.call`, and
 * `…/rotate-secret` with `rotateWebhookSecret` is `webhooks.rotateSecret`. What changes
 * a whole collection, and not one of its items, ends in `All`.
 */
export function nameOperation(operation: Named, paths: ReadonlySet<string>): MethodName {
  const words = wordsOf(operation.path);
  const verb = /^[a-z]+/.exec(operation.operationId)?.[0];
  if (verb === undefined || words.length === 0) throw new Error(`${operation.operationId} cannot be named.`);
  const last = words.length > 1 ? words.at(-1) : undefined;
  const saysItself = last !== undefined && new RegExp(`^${verb}(?![a-z])`).test(last);
  const namespace = saysItself ? words.slice(0, -1) : words;
  const name = saysItself ? last : (synonyms.get(verb) ?? verb);
  return { namespace, name: changesAll(operation, paths) ? `${name}All` : name };
}

/** `/api/v1/api-keys/{id}` → `['apiKeys']`; what stands under `/v1` alone is in `v1`. */
function wordsOf(path: string): readonly string[] {
  const [first = '', ...rest] = path.split('/').filter((part) => part !== '' && !part.startsWith('{'));
  const named = first === 'api' ? rest.slice(rest[0] === 'v1' ? 1 : 0) : [first, ...rest];
  return named.map(camelCase);
}

function changesAll({ method, path }: Named, paths: ReadonlySet<string>): boolean {
  if (!['put', 'patch', 'delete'].includes(method) || path.endsWith('}')) return false;
  return [...paths].some(
    (other) => other.startsWith(`${path}/{`) && other.endsWith('}') && !other.slice(path.length + 1).includes('/'),
  );
}

/** `set-aside` → `setAside` */
export function camelCase(text: string): string {
  return text.replaceAll(/[-_]([a-z0-9])/g, (_match, letter: string) => letter.toUpperCase());
}

/** `getConnection` → `GetConnection` */
export function pascalCase(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
