import { canonicalJson, isRecord } from '../../lib/json.ts';
import { pointer } from '../../lib/json-pointer.ts';

/** One place at which two JSON values differ; what is absent on a side is absent here. */
export interface Difference {
  /** JSON Pointer (RFC 6901). */
  readonly path: string;
  readonly before?: unknown;
  readonly after?: unknown;
}

const mostPlaces = 200;

/** Where two JSON values differ, as deep as 200 places can say it: what holds more is told as a whole. */
export function differencesBetween(before: unknown, after: unknown): readonly Difference[] {
  const found: Difference[] = [];
  const left: Required<Difference>[] = [{ path: '', before, after }];
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    const inside = insideBoth(next);
    const isTooMuch = inside === undefined || found.length + left.length + inside.length > mostPlaces;
    if (isTooMuch) found.push(...differing(next));
    else left.push(...inside.toReversed());
  }
  return found;
}

/** What is to be compared within two objects or two lists; `undefined` where they are not both the one or the other. */
function insideBoth({ path, before, after }: Required<Difference>): Required<Difference>[] | undefined {
  const areLists = Array.isArray(before) && Array.isArray(after);
  if (!areLists && !(isRecord(before) && isRecord(after))) return undefined;
  const [old, now] = [new Map(Object.entries(before)), new Map(Object.entries(after))];
  const keys = new Set([...old.keys(), ...now.keys()]);
  return [...keys].map((key) => ({ path: `${path}${pointer(key)}`, before: old.get(key), after: now.get(key) }));
}

function differing({ path, before, after }: Required<Difference>): readonly Difference[] {
  const isPresent = before !== undefined && after !== undefined;
  if (isPresent && canonicalJson(before) === canonicalJson(after)) return [];
  return [{ path, ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) }];
}
