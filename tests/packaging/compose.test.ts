import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../server/src/config.ts';
import { readDockerfile } from './dockerfile.ts';
import { knownVariables } from './known-variables.ts';

const root = join(import.meta.dirname, '../..');
const { services, secrets, volumes } = parse(readFileSync(join(root, 'compose.yaml'), 'utf8'));
const { plugboard, postgres } = services;

describe('compose.yaml', () => {
  it('names variables that the server reads, and secrets as files alone', () => {
    const names = Object.keys(plugboard.environment);
    const known = knownVariables();
    expect(names.filter((name) => !known.has(name))).toEqual([]);
    for (const name of ['DATABASE_URL', 'PLUGBOARD_MASTER_KEY', 'PLUGBOARD_ADMIN_KEY']) {
      expect(names).toContain(`${name}_FILE`);
      expect(names).not.toContain(name);
    }
  });

  it('gives each service the secrets that its variables name, from files that git does not take', () => {
    for (const service of [plugboard, postgres]) {
      const named = Object.values<string>(service.environment).flatMap(
        (value) => /^\/run\/secrets\/(\w+)$/.exec(value)?.[1] ?? [],
      );
      expect(named.toSorted()).toEqual(service.secrets.toSorted());
    }
    expect([...plugboard.secrets, ...postgres.secrets].toSorted()).toEqual(Object.keys(secrets).toSorted());
    const ignored = readFileSync(join(root, '.gitignore'), 'utf8').split('\n');
    for (const { file } of Object.values<{ file: string }>(secrets))
      expect(ignored).toContain(`/${file.split('/')[0]}/`);
  });

  it('shuts both services in', () => {
    for (const service of [plugboard, postgres]) {
      expect(service.read_only).toBe(true);
      expect(service.security_opt).toEqual(['no-new-privileges:true']);
      expect(service.tmpfs).toContain('/tmp');
    }
    expect(plugboard.cap_drop).toEqual(['ALL']);
    for (const port of plugboard.ports) expect(port).toMatch(/^127\.0\.0\.1:/);
    expect(postgres).not.toHaveProperty('ports');
  });

  it('mounts volumes that exist, at the folder the image keeps its data in', () => {
    const [, image = []] = readDockerfile(readFileSync(join(root, 'Dockerfile'), 'utf8'));
    const [folder] = image.find(({ name }) => name === 'VOLUME')?.words ?? [];
    expect(plugboard.volumes).toEqual([`data:${folder}`]);
    for (const mount of [...plugboard.volumes, ...postgres.volumes])
      expect(Object.keys(volumes)).toContain(mount.split(':')[0]);
    expect(existsSync(join(root, plugboard.build, 'Dockerfile'))).toBe(true);
  });

  it('waits for the database to be well, and gives a drain the time it takes', () => {
    expect(plugboard.depends_on.postgres.condition).toBe('service_healthy');
    expect(postgres.healthcheck.test).toContain('pg_isready');
    expect(parseInt(plugboard.stop_grace_period, 10)).toBeGreaterThan(15);
  });

  it('is a configuration that the server takes, with the image', () => {
    const config = readConfig({
      PLUGBOARD_HOST: '0.0.0.0',
      PLUGBOARD_PUBLIC_URL: 'https://plugboard.example.com',
      PLUGBOARD_TRUST_PROXY: '',
    });
    expect(config.trustProxy).toEqual([]);
  });
});
