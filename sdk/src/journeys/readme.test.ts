import { type ChildProcess, spawn } from 'node:child_process';
import { createHmac, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { decodeJwt, exportJWK, generateKeyPair } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { covers } from '../../../tests/support/covers.ts';
import { buildPackage } from '../../../scripts/sdk/build-package.ts';
import { type Asking, startAsking } from '../../../tests/support/asking.ts';
import { newDatabases } from '../../../tests/support/databases.ts';
import { freePort } from '../../../tests/support/free-port.ts';

const root = join(import.meta.dirname, '../../..');
const programs = [join(root, 'sdk/readme'), join(root, 'tests/frameworks/programs')];

describe('the README of the SDK', () => {
  const folder = mkdtempSync(join(tmpdir(), 'plugboard-readme-'));
  const { migrated } = newDatabases('sqlite');
  let scene: Asking;
  const started: ChildProcess[] = [];

  beforeAll(async () => {
    scene = await startAsking(await migrated());
    await buildPackage(join(folder, 'node_modules/@plugboard/sdk'));
    cpSync(join(root, 'sdk/readme'), folder, { recursive: true });
    return () => scene.gitlab.stop();
  }, 60_000);
  afterAll(() => {
    for (const child of started) child.kill();
    rmSync(folder, { recursive: true, force: true });
  });

  function start(program: string, env: Readonly<Record<string, string>> = {}) {
    const own = { PLUGBOARD_URL: scene.plugboard.publicUrl, PLUGBOARD_KEY: scene.agent };
    const child = spawn(process.execPath, [join(folder, program)], { env: { ...own, ...env } });
    started.push(child);
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
    return { child, output: () => output };
  }

  async function run(program: string, env: Readonly<Record<string, string>> = {}): Promise<string> {
    const { child, output } = start(program, env);
    await once(child, 'close');
    if (child.exitCode !== 0) throw new Error(`${program} failed:\n${output()}`);
    return output();
  }

  it('shows nothing that is not part of a program that runs', () => {
    covers('sdk/readme');
    const readme = readFileSync(join(root, 'sdk/README.md'), 'utf8');
    const sources = programs.flatMap((place) =>
      readdirSync(place).map((name) => readFileSync(join(place, name), 'utf8')),
    );
    const blocks = [...readme.matchAll(/```(?:js|ts)\n([^]*?)```/g)].map(([, block = '']) => block);
    expect(blocks.length).toBeGreaterThan(5);
    expect(blocks.filter((block) => !sources.some((source) => source.includes(block)))).toEqual([]);
  });

  it('states the size that the package has', () => {
    const readme = readFileSync(join(root, 'sdk/README.md'), 'utf8');
    expect(readme).toContain('less than 80 KB packed');
    expect(readme).toContain('less than 12 KB gzipped');
  });

  it('lists connections and calls a tool', async () => {
    const said = await run('first-call.mjs');
    expect(said).toContain('gitlab is connected\n');
    expect(said).toContain('Login fails');
  });

  it('tells errors apart', async () => {
    expect(await run('errors.mjs')).toBe('It is gone.\n');
  });

  it('reaches what no tool is for', async () => {
    expect(await run('proxy.mjs')).toContain('Login fails\n');
  });

  it('signs a connect link', async () => {
    const { privateKey } = await generateKeyPair('EdDSA', { extractable: true });
    const jwk = { ...(await exportJWK(privateKey)), kid: 'k1' };
    const said = await run('connect-link.mjs', { KEY_SET_ID: 'set', PRIVATE_JWK: JSON.stringify(jwk) });
    expect(decodeJwt(said.trim().replace(`${scene.plugboard.publicUrl}/link/`, ''))).toMatchObject({
      iss: 'set',
      sub: 'u_1',
      connectors: ['github'],
    });
  });

  it('takes webhooks that are signed, and no others', async () => {
    const key = randomBytes(32);
    const port = await freePort();
    const { output } = start('webhook.mjs', { WEBHOOK_SECRET: `whsec_${key.toString('base64')}`, PORT: String(port) });
    const body = '{"type":"approval.requested"}';
    const timestamp = String(Math.floor(Date.now() / 1000));
    const signature = createHmac('sha256', key).update(`msg_1.${timestamp}.${body}`).digest('base64');
    const headers = { 'webhook-id': 'msg_1', 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` };
    const send = async (text: string): Promise<number> => {
      for (;;) {
        const answer = await fetch(`http://127.0.0.1:${port}`, { method: 'POST', headers, body: text }).catch(
          () => undefined,
        );
        if (answer !== undefined) return answer.status;
        await setTimeout(50);
      }
    };
    expect(await send(body)).toBe(204);
    expect(await send('{"type":"forged"}')).toBe(400);
    expect(output()).toBe('msg_1: approval.requested\n');
  });
});
