import { describe, expect, it } from 'vitest';
import { rememberRecent } from './remember-recent.ts';

describe('what is remembered', () => {
  it('is loaded once, however many ask at the same time', async () => {
    const loaded: string[] = [];
    const recent = rememberRecent(async (name) => void loaded.push(name), 10);
    await Promise.all([recent.get('a'), recent.get('a'), recent.get('b'), recent.get('a')]);
    expect(loaded).toEqual(['a', 'b']);
  });

  it('lets go of the one unused for longest', async () => {
    const loaded: string[] = [];
    const recent = rememberRecent(async (name) => void loaded.push(name), 2);
    for (const name of ['a', 'b', 'a', 'c', 'a', 'b']) await recent.get(name);
    expect(loaded).toEqual(['a', 'b', 'c', 'b']);
  });

  it('is not a failure: the next one tries again', async () => {
    let tries = 0;
    const recent = rememberRecent(async () => {
      tries += 1;
      if (tries === 1) throw new Error('away');
      return tries;
    }, 2);
    await expect(recent.get('a')).rejects.toThrow('away');
    expect(await recent.get('a')).toBe(2);
  });

  it('can be forgotten while it is still loading', async () => {
    let loads = 0;
    const recent = rememberRecent(async () => (loads += 1), 2);
    const first = recent.get('a');
    recent.forget('a');
    expect(await first).toBe(1);
    expect(await recent.get('a')).toBe(2);
  });
});
