import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { everyRoute } from '../server/src/http/openapi/documentation.ts';
import type { Route } from '../server/src/http/route.ts';

interface Placed extends Pick<Route, 'method' | 'path'> {
  readonly params?: z.ZodType | undefined;
}

describe('a fixed word in a path', () => {
  it('never hides something that is called by it', () => {
    expect(hidden(everyRoute())).toEqual([]);
  });

  it.each([
    ['beside any name', z.object({ id: z.string() }), true],
    ['beside a name that nothing checks', undefined, true],
    ['beside a UUID', z.object({ id: z.uuid() }), false],
    ['beside a name that cannot be that word', z.object({ id: z.string().regex(/^x/) }), false],
  ])('%s', (_where, params, hides) => {
    const routes: readonly Placed[] = [
      { method: 'GET', path: '/things/types' },
      { method: 'GET', path: '/things/:id', params },
    ];
    expect(hidden(routes)).toEqual(hides ? ['GET /things/types hides /things/:id called "types"'] : []);
  });

  it('hides nothing of another method, length or beginning', () => {
    const params = z.object({ id: z.string() });
    const others: readonly Placed[] = [
      { method: 'POST', path: '/things/:id', params },
      { method: 'GET', path: '/things/:id/parts', params },
      { method: 'GET', path: '/others/:id', params },
    ];
    expect(hidden([{ method: 'GET', path: '/things/types' }, ...others])).toEqual([]);
  });

  it('counts wherever it stands, and a word that is refused anywhere is enough', () => {
    const params = z.object({ id: z.string(), part: z.uuid() });
    const fixed: Placed = { method: 'GET', path: '/things/all/:part', params: z.object({ part: z.string() }) };
    const open: Placed = { method: 'GET', path: '/things/:id/:part', params };
    expect(hidden([fixed, open])).toEqual(['GET /things/all/:part hides /things/:id/:part called "all"']);
    expect(hidden([{ ...fixed, path: '/things/all/parts' }, open])).toEqual([]);
  });
});

/** What cannot be reached because the router takes a fixed word before a parameter: in words, by route. */
function hidden(routes: readonly Placed[]): readonly string[] {
  return routes.flatMap((fixed) =>
    routes.flatMap((open) => {
      const words = wordsBeside(fixed, open);
      if (words === undefined || words.some(({ name, word }) => refuses(open, name, word))) return [];
      return [
        `${fixed.method} ${fixed.path} hides ${open.path} called ${words.map(({ word }) => `"${word}"`).join(', ')}`,
      ];
    }),
  );
}

/** The fixed words of a path that stand where another has a parameter; `undefined` where no address fits both. */
function wordsBeside(
  fixed: Placed,
  open: Placed,
): readonly { readonly name: string; readonly word: string }[] | undefined {
  const [ours, theirs] = [fixed.path.split('/'), open.path.split('/')];
  if (fixed.method !== open.method || ours.length !== theirs.length) return undefined;
  const fits = ours.every((word, place) => word === theirs[place] || isName(word) || isName(theirs[place]));
  const words = ours.flatMap((word, place) => {
    const name = theirs[place];
    return !isName(word) && isName(name) ? [{ name: name.slice(1), word }] : [];
  });
  return fits && words.length > 0 ? words : undefined;
}

function isName(part: string | undefined): part is string {
  return part?.startsWith(':') === true;
}

function refuses({ params }: Placed, name: string, word: string): boolean {
  return params?.safeParse({ [name]: word }).error?.issues.some(({ path }) => path[0] === name) === true;
}
