import { spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { knownVariables } from './known-variables.ts';

const unit = readFileSync(join(import.meta.dirname, '../../deploy/plugboard.service'), 'utf8');
const settings = unit.split('\n').filter((line) => /^[A-Z]\w+=/.test(line));

describe('the systemd unit', () => {
  it('starts node itself and keeps the master key to the service', () => {
    expect(settings).toContainEqual(expect.stringMatching(/^ExecStart=\/\S*node \S+\/plugboard\/dist\/server\.js$/));
    expect(settings).toContainEqual(expect.stringMatching(/^LoadCredential=master\.key:/));
    expect(settings).toContain('Environment=PLUGBOARD_MASTER_KEY_FILE=%d/master.key');
    for (const wanted of ['DynamicUser=yes', 'ProtectSystem=strict', 'NoNewPrivileges=yes', 'CapabilityBoundingSet='])
      expect(settings).toContain(wanted);
  });

  it('gives a drain the time it takes', () => {
    const [, seconds] = /TimeoutStopSec=(\d+)/.exec(unit) ?? [];
    expect(Number(seconds)).toBeGreaterThan(15);
  });

  it('sets variables that the server reads', () => {
    const names = [...unit.matchAll(/^Environment=([A-Z_]+)=/gm)].map(([, name = '']) => name);
    const known = knownVariables();
    expect(names.filter((name) => name !== 'NODE_ENV' && !known.has(name))).toEqual([]);
  });

  it.skipIf(!has('systemd-analyze'))('is valid, and well shut in, in the words of systemd', () => {
    const verified = analyze('verify', '--man=no');
    expect([verified.status, verified.stderr]).toEqual([0, '']);
    const judged = analyze('security', '--offline=true', '--threshold=20');
    expect([judged.status, judged.stderr]).toEqual([0, '']);
  });
});

/** The tool, asked about the unit with a Node that is on this machine. */
function analyze(...args: readonly string[]): SpawnSyncReturns<string> {
  const folder = mkdtempSync(join(tmpdir(), 'plugboard-unit-'));
  const file = join(folder, 'plugboard.service');
  writeFileSync(file, unit.replace('/usr/bin/node', process.execPath));
  try {
    return spawnSync('systemd-analyze', [...args, file], { encoding: 'utf8', timeout: 20_000 });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Whether a tool is on this machine. */
function has(tool: string): boolean {
  return spawnSync(tool, ['--version'], { stdio: 'ignore' }).error === undefined;
}
