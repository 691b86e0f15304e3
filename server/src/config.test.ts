import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ConfigError, readConfig } from './config.ts';

const key = Buffer.alloc(32, 7).toString('base64');

function problemsOf(env: Record<string, string>): readonly string[] {
  try {
    readConfig(env);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

describe('readConfig', () => {
  it('has a default for everything', () => {
    const config = readConfig({});
    expect(config).toMatchObject({
      host: '127.0.0.1',
      port: 7400,
      publicUrl: 'http://localhost:7400',
      dataDir: './data',
      rateLimit: 1200,
      stdio: undefined,
    });
    expect(config.callsRetentionMs).toBe(30 * 24 * 3600 * 1000);
    expect(config.databaseUrl).toBeUndefined();
  });

  it('reports all problems at once, each naming its variable', () => {
    const problems = problemsOf({
      PLUGBOARD_PORT: '70000',
      DATABASE_URL: 'mysql://x',
      PLUGBOARD_STDIO: 'maybe',
      PLUGBOARD_CALLS_RETENTION: 'a while',
      PLUGBOARD_MASTER_KEY: 'short',
      PLUGBOARD_OIDC_CLIENT_ID: 'x',
    });
    expect(problems.map((problem) => problem.split(/[ :]/)[0]).sort()).toEqual([
      'DATABASE_URL',
      'PLUGBOARD_CALLS_RETENTION',
      'PLUGBOARD_MASTER_KEY',
      'PLUGBOARD_OIDC_ISSUER',
      'PLUGBOARD_PORT',
      'PLUGBOARD_STDIO',
    ]);
  });

  it('keeps an issuer as the operator writes it, because it is compared to the letter', () => {
    const issuerOf = (url: string) => readConfig({ PLUGBOARD_OIDC_ISSUER: url }).oidc?.issuer;
    expect(issuerOf('https://tenant.example/')).toBe('https://tenant.example/');
    expect(issuerOf('https://tenant.example/realms/a')).toBe('https://tenant.example/realms/a');
    expect(problemsOf({ PLUGBOARD_OIDC_ISSUER: 'https://tenant.example/?a' })).toHaveLength(1);
  });

  it('runs programs where that is switched on, with limits that can be changed', () => {
    expect(readConfig({ PLUGBOARD_STDIO: 'on' }).stdio).toEqual({
      user: undefined,
      commands: '',
      bubblewrap: 'bwrap',
      packages: undefined,
      idleMs: 300_000,
      memoryMb: 512,
      most: { inWorkspace: 8, inAll: 24 },
    });
    const env = { PLUGBOARD_STDIO: 'on', PLUGBOARD_STDIO_USER: '20000-20031', PLUGBOARD_STDIO_IDLE: '30s' };
    expect(readConfig(env).stdio).toMatchObject({ user: '20000-20031', idleMs: 30_000 });
  });

  it('checks how programs are to run even while they are not', () => {
    const problems = problemsOf({
      PLUGBOARD_STDIO_USER: 'root; id',
      PLUGBOARD_STDIO_IDLE: 'long',
      PLUGBOARD_STDIO_MEMORY: '1',
      PLUGBOARD_STDIO_MOST: '0',
    });
    expect(problems.map((problem) => problem.split(' ')[0])).toEqual([
      'PLUGBOARD_STDIO_USER',
      'PLUGBOARD_STDIO_IDLE',
      'PLUGBOARD_STDIO_MEMORY',
      'PLUGBOARD_STDIO_MOST',
    ]);
  });

  it('never shows a secret in a problem or in the config', () => {
    expect(problemsOf({ PLUGBOARD_ADMIN_KEY: 'too-short-key' }).join()).not.toContain('too-short-key');
    expect(JSON.stringify(readConfig({ DATABASE_URL: 'postgres://u:hunter2@h/d' }))).not.toContain('hunter2');
  });

  it('reads any variable from a file, and refuses both at once', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'config-')), 'key');
    writeFileSync(file, `${key}\n`);
    expect(readConfig({ PLUGBOARD_MASTER_KEY_FILE: file }).masterKeys).toEqual([{ id: '1', key: Buffer.alloc(32, 7) }]);
    expect(problemsOf({ PLUGBOARD_MASTER_KEY_FILE: file, PLUGBOARD_MASTER_KEY: key })).toHaveLength(1);
    expect(problemsOf({ PLUGBOARD_MASTER_KEY_FILE: '/nowhere/key' })[0]).toContain('/nowhere/key');
  });

  it('takes several master keys in order and wants distinct ids', () => {
    expect(readConfig({ PLUGBOARD_MASTER_KEY: `b:${key}, a:${key}` }).masterKeys.map(({ id }) => id)).toEqual([
      'b',
      'a',
    ]);
    expect(problemsOf({ PLUGBOARD_MASTER_KEY: `a:${key},a:${key}` })).toEqual([
      'PLUGBOARD_MASTER_KEY: two keys have the same id.',
    ]);
    expect(problemsOf({ PLUGBOARD_MASTER_KEY: `a:${key},${key}` })).toHaveLength(1);
  });

  it('refuses a listener that others reach with an http public URL, unless told so', () => {
    expect(problemsOf({ PLUGBOARD_HOST: '0.0.0.0' })[0]).toContain('PLUGBOARD_INSECURE_HTTP');
    expect(problemsOf({ PLUGBOARD_HOST: '0.0.0.0', PLUGBOARD_INSECURE_HTTP: 'on' })).toEqual([]);
    expect(problemsOf({ PLUGBOARD_HOST: '0.0.0.0', PLUGBOARD_PUBLIC_URL: 'https://p.example.com/' })).toEqual([]);
    expect(readConfig({ PLUGBOARD_PUBLIC_URL: 'https://p.example.com/' }).publicUrl).toBe('https://p.example.com');
  });

  it('finds OAuth apps by connector, also when they come from files', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'config-')), 'id');
    writeFileSync(file, 'from-file');
    const config = readConfig({
      PLUGBOARD_OAUTH_GOOGLE_CALENDAR_CLIENT_ID: 'abc',
      PLUGBOARD_OAUTH_GITHUB_CLIENT_ID_FILE: file,
    });
    expect([...config.oauthApps].map(([slug, app]) => [slug, app.clientId])).toEqual([
      ['github', 'from-file'],
      ['google-calendar', 'abc'],
    ]);
  });
});
