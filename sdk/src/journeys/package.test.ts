import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { covers } from '../../../tests/support/covers.ts';
import { buildPackage } from '../../../scripts/sdk/build-package.ts';
import { clientOf, inTurn, json } from '../testing/stub-server.ts';

const root = join(import.meta.dirname, '../../..');
const tools = join(root, 'node_modules/.bin');
const kilobyte = 1_000;

describe('the package', () => {
  const folder = mkdtempSync(join(tmpdir(), 'plugboard-sdk-'));
  const made = join(folder, 'made');
  const app = join(folder, 'app');
  let tarball: string;
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** Runs a program to its end, and answers what it wrote. */
  async function run(command: string, args: readonly string[], cwd = app): Promise<string> {
    const child = spawn(command, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
    await once(child, 'close');
    if (child.exitCode !== 0) throw new Error(`${command} ${args.join(' ')} failed:\n${output}`);
    return output;
  }

  beforeAll(async () => {
    await buildPackage(made);
    await run('npm', ['pack', '--pack-destination', folder], made);
    tarball = join(folder, readdirSync(folder).find((name) => name.endsWith('.tgz')) ?? '');
    spawnSync('mkdir', [app]);
    writeFileSync(join(app, 'package.json'), '{ "name": "app", "type": "module", "private": true }');
    await run('npm', ['install', '--offline', '--no-audit', '--no-fund', tarball]);
  }, 120_000);

  it('depends on nothing, and brings nothing', () => {
    covers('sdk/package');
    expect(readdirSync(join(app, 'node_modules')).filter((name) => !name.startsWith('.'))).toEqual(['@plugboard']);
    const manifest = JSON.parse(readFileSync(join(made, 'package.json'), 'utf8'));
    expect(manifest).not.toHaveProperty('dependencies');
    expect(manifest).not.toHaveProperty('private');
    expect(Object.keys(manifest.peerDependencies).sort()).toEqual(Object.keys(manifest.peerDependenciesMeta).sort());
  });

  it('is made beside its sources, and not among them', () => {
    const sources = readdirSync(join(root, 'sdk/src'), { recursive: true, encoding: 'utf8' });
    expect(sources.filter((file) => /\.js$|\.d\.ts$/.test(file))).toEqual([]);
  });

  it('is small: packed, and in a page that uses all of it', async () => {
    const packed = statSync(tarball).size;
    expect(packed).toBeGreaterThan(20 * kilobyte);
    expect(packed).toBeLessThan(80 * kilobyte);
    const { outputFiles } = await build({
      stdin: { contents: "export * from '@plugboard/sdk';", resolveDir: app },
      bundle: true,
      minify: true,
      format: 'esm',
      platform: 'browser',
      write: false,
    });
    const bundled = gzipSync(outputFiles[0]?.contents ?? '').length;
    expect(bundled).toBeGreaterThan(4 * kilobyte);
    expect(bundled).toBeLessThan(12 * kilobyte);
  });

  it('names nothing of Node, and holds no tests', () => {
    const files = readdirSync(made, { recursive: true, encoding: 'utf8' });
    expect(files.filter((file) => /test|stub|journey/.test(file))).toEqual([]);
    const sources = files.filter((file) => file.endsWith('.js')).map((file) => readFileSync(join(made, file), 'utf8'));
    expect(sources.length).toBeGreaterThan(20);
    expect(sources.filter((source) => /\bnode:|\bBuffer\b|\bprocess\.|\brequire\(/.test(source))).toEqual([]);
    const types = files.filter((file) => file.endsWith('.d.ts')).map((file) => readFileSync(join(made, file), 'utf8'));
    expect(types.filter((source) => /['"]\.{1,2}\/[^'"]*\.ts['"]/.test(source))).toEqual([]);
  });

  it('works from plain JavaScript, and lets the program end by itself', async () => {
    covers('sdk/package');
    const { url, seen } = await clientOf(
      inTurn(json({ error: { code: 'RATE_LIMITED', message: 'x' } }, 429), json([{ id: 'c' }])),
    );
    const program = `
      import { createPlugboard, isPlugboardError } from '@plugboard/sdk';
      const plugboard = createPlugboard({ key: 'pb_test', url: process.argv[2] });
      for await (const { id } of plugboard.connections.list()) console.log(id);
      const nowhere = createPlugboard({ key: 'pb_test', url: 'http://127.0.0.1:1', retries: 0 });
      await nowhere.me.get().catch((error) => console.log(isPlugboardError(error, 'UNREACHABLE')));
    `;
    writeFileSync(join(app, 'program.js'), program);
    const startedAt = performance.now();
    expect(await run(process.execPath, ['program.js', url])).toBe('c\ntrue\n');
    expect(performance.now() - startedAt).toBeLessThan(10_000);
    expect(seen).toHaveLength(2);
  });

  it.each([
    ['of Node', { module: 'nodenext', lib: ['es2022', 'dom'] }],
    ['of a bundler', { module: 'esnext', moduleResolution: 'bundler', lib: ['es2022', 'dom'] }],
  ])('has types that hold where modules are %s', async (_whose, options) => {
    const compilerOptions = {
      target: 'es2022',
      strict: true,
      noEmit: true,
      skipLibCheck: false,
      types: [],
      ...options,
    };
    writeFileSync(join(app, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['program.ts'] }));
    const program = `
      import { createPlugboard, isPlugboardError, type Connection, type Plugboard } from '@plugboard/sdk';
      import { chatTools } from '@plugboard/sdk/openai';
      const plugboard: Plugboard = createPlugboard({ key: 'pb_test' });
      export const first = async (): Promise<Connection | undefined> => {
        for await (const connection of plugboard.connections.list()) return connection;
        return undefined;
      };
      export const tools = async () => chatTools(await plugboard.tools({ connectors: ['github'] }))[0]?.function.name;
      export const codeOf = (error: unknown): 'CONFLICT' | undefined =>
        isPlugboardError(error, 'CONFLICT') ? error.code : undefined;
      // @ts-expect-error There is no such method.
      plugboard.connections.reveal('x');
    `;
    writeFileSync(join(app, 'program.ts'), program);
    await run(join(tools, 'tsc'), ['-p', '.']);
  });

  it('keeps its comments, so that an editor shows them', () => {
    const types = readFileSync(join(app, 'node_modules/@plugboard/sdk/generated/connections.d.ts'), 'utf8');
    expect(types).toMatch(/\* Calls a tool\./);
  });

  it.runIf(existsSync(join(tools, 'publint')))('is what publint expects of a package', async () => {
    await run(join(tools, 'publint'), ['run', '--strict', made]);
  });

  it.runIf(existsSync(join(tools, 'attw')))('has types that are found however it is resolved', async () => {
    await run(join(tools, 'attw'), [tarball, '--profile', 'esm-only']);
  });
});
