import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { listen } from '../emulators/listen.ts';
import { freePort } from '../support/free-port.ts';
import { type Instruction, readDockerfile } from './dockerfile.ts';
import { knownVariables } from './known-variables.ts';

const root = join(import.meta.dirname, '../..');
const read = (file: string): string => readFileSync(join(root, file), 'utf8');

describe('the Dockerfile', () => {
  const [build = [], image = []] = readDockerfile(read('Dockerfile'));
  const one = (name: string): Instruction => {
    const [found, ...more] = image.filter((instruction) => instruction.name === name);
    if (found === undefined || more.length > 0) throw new Error(`There is not one ${name}.`);
    return found;
  };

  it('copies only what is there and let in', () => {
    const letIn = new Set(
      read('.dockerignore')
        .split('\n')
        .flatMap((line) => (line.startsWith('!') ? line.slice(1) : [])),
    );
    const copied = build.filter(({ name }) => name === 'COPY').flatMap(({ words }) => words.slice(0, -1));
    expect(copied.length).toBeGreaterThan(10);
    for (const path of copied) {
      expect([path, existsSync(join(root, path))]).toEqual([path, true]);
      expect([path, letIn.has(path.split('/')[0] ?? '')]).toEqual([path, true]);
    }
  });

  it('lets nothing in that is no part of the program', () => {
    const lines = read('.dockerignore').split('\n');
    expect(lines).toContain('*');
    expect(lines).toContain('**/node_modules');
    for (const secret of ['data', 'secrets', '.git', 'tests']) expect(lines).not.toContain(`!${secret}`);
  });

  it('copies every workspace of the lock file before it installs', () => {
    const { workspaces } = JSON.parse(read('package.json'));
    const manifests = build.filter(({ name }) => name === 'COPY').flatMap(({ words }) => words);
    for (const name of workspaces) expect(manifests).toContain(`${name}/package.json`);
  });

  it('runs no install script, neither to build nor in the image', () => {
    const installs = [...build, ...image].filter(({ name, text }) => name === 'RUN' && text.includes('npm ci'));
    expect(installs.length).toBeGreaterThan(0);
    for (const { text } of installs)
      for (const command of text.match(/npm ci[^&]*/g) ?? []) expect(command).toContain('--ignore-scripts');
  });

  it('starts node itself, as nobody special, on the port it names', () => {
    expect(one('USER').words).toEqual(['node']);
    expect(one('CMD').words).toEqual(['node', '/app/dist/server.js']);
    expect(one('STOPSIGNAL').words).toEqual(['SIGTERM']);
    expect(one('VOLUME').words).toEqual(['/data']);
    expect(one('ENV').text).toContain(`PLUGBOARD_PORT=${one('EXPOSE').text}`);
    expect(image.findIndex(({ name }) => name === 'USER')).toBeGreaterThan(
      image.findLastIndex(({ name }) => name === 'RUN'),
    );
  });

  it('sets variables that the server reads', () => {
    const names = [...one('ENV').text.matchAll(/([A-Z_]+)=/g)].map(([, name = '']) => name);
    const known = knownVariables();
    expect(names.filter((name) => name !== 'NODE_ENV' && !known.has(name))).toEqual([]);
  });

  it('asks for its health with node alone: 0 where it is well, 1 where it is not or nobody answers', async () => {
    const [, program = '', ...args] = one('HEALTHCHECK').words;
    expect(args[0]).toMatch(/\/healthz/);
    let status = 200;
    const server = await listen((request, response) => {
      response.writeHead(request.url === '/healthz' ? status : 404).end();
    });
    const ask = async (port: string) => {
      const child = spawn(process.execPath, [program, ...args], { env: { PLUGBOARD_PORT: port } });
      return (await once(child, 'exit'))[0];
    };
    const { port } = new URL(server.url);
    expect(await ask(port)).toBe(0);
    status = 503;
    expect(await ask(port)).toBe(1);
    await server.stop();
    expect(await ask(String(await freePort()))).toBe(1);
  });
});
