import { isRecord } from '../../lib/json.ts';

/**
 * The value at a path of names and indexes, `items[0].name` or `items.0.name`; `undefined` where there is none. A name with
 * dots or brackets in it stands in quotes: `["@odata.nextLink"]`.
 */
export function readPath(value: unknown, path: string): unknown {
  return stepsOf(path).reduce(step, value);
}

/** The value at the first of several paths that says something: not nothing, null or an empty text. */
export function readFirst(value: unknown, paths: string | readonly string[]): unknown {
  const found = [paths].flat().map((path) => readPath(value, path));
  return found.find((each) => each !== undefined && each !== null && each !== '');
}

/** What stands between brackets and quotes is one name, whatever it holds. */
function stepsOf(path: string): string[] {
  return path.split(/\["([^"]+)"\]/).flatMap((part, index) => (index % 2 === 1 ? [part] : plainSteps(part)));
}

function plainSteps(path: string): string[] {
  return path
    .replaceAll(/\[(\d+)\]/g, '.$1')
    .split('.')
    .filter((name) => name !== '');
}

function step(value: unknown, name: string): unknown {
  if (Array.isArray(value)) return /^\d+$/.test(name) ? value[Number(name)] : undefined;
  return isRecord(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}
