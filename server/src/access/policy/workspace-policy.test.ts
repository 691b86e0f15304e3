import { describe, expect, it } from 'vitest';
import { loosens, readPolicy, usualPolicy, type WorkspacePolicy } from './workspace-policy.ts';

const strict: WorkspacePolicy = {
  writes: 'ask',
  destructive: 'always_ask',
  reads: 'ask',
  approvalTtl: 300,
  secondPerson: true,
};

describe('a policy as it is stored', () => {
  it('is the usual one where nothing is said', () => {
    expect(readPolicy('{}')).toEqual(usualPolicy);
  });

  it('is what was stored', () => {
    expect(readPolicy(JSON.stringify(strict))).toEqual(strict);
  });

  it('is the strictest where it cannot be read', () => {
    for (const text of ['', 'no', '[]', 'null']) expect(readPolicy(text)).toEqual(strict);
  });

  it('is the strictest in what a newer version wrote, and as it was in the rest', () => {
    expect(readPolicy('{"writes":"by_vote","reads":"run","secondPerson":"two","approvalTtl":600}')).toEqual({
      ...usualPolicy,
      writes: 'ask',
      secondPerson: true,
      approvalTtl: 600,
    });
  });
});

describe('a change of policy', () => {
  const changes: readonly (readonly [Partial<WorkspacePolicy>, Partial<WorkspacePolicy>])[] = [
    [{ writes: 'ask' }, { writes: 'allow_unasked' }],
    [{ destructive: 'always_ask' }, { destructive: 'as_writes' }],
    [{ reads: 'ask' }, { reads: 'run' }],
    [{ approvalTtl: 300 }, { approvalTtl: 301 }],
    [{ secondPerson: true }, { secondPerson: false }],
  ];

  it.each(changes)('from %j to %j loosens, and not the other way round', (one, other) => {
    const [before, after] = [
      { ...usualPolicy, ...one },
      { ...usualPolicy, ...other },
    ];
    expect(loosens(before, after)).toBe(true);
    expect(loosens(after, before)).toBe(false);
  });

  it('that tightens one thing and loosens another loosens', () => {
    expect(loosens({ ...usualPolicy, reads: 'ask' }, { ...usualPolicy, writes: 'ask' })).toBe(true);
  });

  it('that changes nothing loosens nothing', () => {
    expect(loosens(strict, strict)).toBe(false);
  });
});
