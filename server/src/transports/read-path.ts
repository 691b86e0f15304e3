import { isRecord } from '../lib/json.ts';

/** The value at a path of names and indexes, `items[0].name` or `items.0.name`; `undefined` where there is none. */
export function readPath(value: unknown, path: string): unknown {
  return stepsOf(path).reduce(step, value);
}

function stepsOf(path: string): string[] {
  return path
    .replaceAll(/\[(\d+)\]/g, '.$1')
    .split('.')
    .filter((name) => name !== '');
}

function step(value: unknown, name: string): unknown {
  if (Array.isArray(value)) return /^\d+$/.test(name) ? value[Number(name)] : undefined;
  return isRecord(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}
