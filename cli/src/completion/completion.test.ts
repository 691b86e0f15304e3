import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { commandLine } from '../../../tests/support/command-line.ts';
import { covers } from '../../../tests/support/covers.ts';
import type { Command } from '../command.ts';
import { commands } from '../commands.ts';

const line = commandLine();

/** Every command and what stands behind its words. */
function chains(table: Iterable<readonly [string, Command]>, before = ''): readonly (readonly [string, Command])[] {
  const found: (readonly [string, Command])[] = [];
  for (const [name, command] of table) {
    found.push([`${before}${name}`, command]);
    found.push(...chains(Object.entries(command.verbs ?? {}), `${before}${name} `));
  }
  return found;
}

describe('the table of commands', () => {
  it.each(chains(commands))('plugboard %s explains itself', (chain, { help, summary }) => {
    covers('cli/help');
    expect(help).toContain(`plugboard ${chain}`);
    expect(summary).toMatch(/^[a-z].*[^.]$/);
    expect(help.endsWith('\n')).toBe(true);
    for (const row of help.split('\n')) expect(row.length, row).toBeLessThanOrEqual(130);
  });

  it('every command has --json, but for serve', () => {
    covers('cli/json');
    const leaves = chains(commands).filter(([, { verbs }]) => verbs === undefined);
    const without = leaves.filter(([, { help }]) => !help.includes('--json')).map(([chain]) => chain);
    expect(without).toEqual(['serve']);
  });

  it('help is behind --help and behind help, and says the exit codes', async () => {
    covers('cli/help', 'cli/exit-codes');
    const [flag, word, codes, none] = await Promise.all([
      line.run(['connections', 'list', '--help']),
      line.run(['help', 'connections', 'list']),
      line.run(['help', 'exit-codes']),
      line.run(['help', 'connections', 'lst']),
    ]);
    expect(flag).toEqual(word);
    expect(codes.stdout).toMatch(/^ {2}130 /m);
    expect(none).toMatchObject({ code: 2, stderr: expect.stringContaining('Did you mean "list"?') });
  });
});

describe('plugboard completion', () => {
  it('has bash complete commands, verbs and options', async () => {
    covers('cli/help');
    const script = join(line.home, 'completion.bash');
    writeFileSync(script, (await line.run(['completion', 'bash'])).stdout);
    const complete = (...words: string[]): readonly string[] => {
      const typed = words.map((word) => `'${word}'`).join(' ');
      const program = `source '${script}'; COMP_WORDS=(plugboard ${typed}); COMP_CWORD=${words.length}; _plugboard; echo "\${COMPREPLY[@]}"`;
      const { stdout, stderr } = spawnSync('bash', ['-c', program], { encoding: 'utf8' });
      expect(stderr).toBe('');
      return stdout.trim().split(' ');
    };
    expect(complete('conne')).toEqual(['connectors', 'connect', 'connections']);
    expect(complete('connections', 're')).toEqual(['reconnect', 'revoke']);
    expect(complete('connections', 'revoke', '--y')).toEqual(['--yes']);
    expect(complete('connections', 'revoke', 'gitlab', '--y')).toEqual(['--yes']);
    expect(complete('login', '--pro')).toEqual(['--profile']);
    expect(complete('connect', 'gitlab', '--lab')).toEqual(['--label']);
    expect(complete('help', 'exit')).toEqual(['exit-codes']);
  });

  it.each(['zsh', 'fish'])('names every command and option for %s', async (shell) => {
    const { code, stdout } = await line.run(['completion', shell]);
    expect(code).toBe(0);
    for (const [chain] of chains(commands)) expect(stdout).toContain(chain);
    expect(stdout).toContain('--another-account');
  });

  it('of a shell nobody knows is refused', async () => {
    expect(await line.run(['completion', 'bsh'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('Did you mean "bash"?'),
    });
  });
});
