import { expect, it } from 'vitest';
import type { Json } from '../../lib/json.ts';
import { Secret } from '../../lib/secret.ts';
import { type Program, programSchema } from '../format/mcp.ts';
import { renderProgram } from './render-program.ts';

function render(
  program: Partial<Program>,
  config: Readonly<Record<string, Json>>,
  secrets: Record<string, Secret> = {},
) {
  const whole = programSchema.parse({ command: '/usr/bin/server', ...program });
  return renderProgram(whole, { config, values: { field: config }, withSecrets: { field: { ...config, ...secrets } } });
}

it('puts a value into one argument, whatever a shell would make of it', () => {
  const value = `a b; $(id) \`id\` "c" 'd' | e > f & *`;
  expect(render({ args: ['--site=${field.site}', '${field.site}'] }, { site: value })).toMatchObject({
    server: { args: [`--site=${value}`, value] },
  });
});

it('leaves out what has no value', () => {
  const rendered = render({ args: ['a', '--site=${field.site}'], env: { SITE: '${field.site}', A: 'b' } }, {});
  expect(rendered).toMatchObject({ ok: true, server: { args: ['a'], env: { A: new Secret('b') } } });
  expect(rendered).not.toMatchObject({ server: { env: { SITE: expect.anything() } } });
});

it.each([
  ['an option', '${field.x}', '--allow-all', 'x may not begin with "-" here'],
  ['a line break', '--x=${field.x}', 'a\nb', 'x may not hold line breaks'],
  ['a NUL', '--x=${field.x}', 'a\0--b', 'x may not hold line breaks or control characters'],
  ['an escape', '--x=${field.x}', '\u001b[2J', 'control characters'],
])('refuses %s in an argument, naming the field and not the value', (...row) => {
  const [, template, value, words] = row;
  const rendered = render({ args: [template] }, { x: value });
  expect(rendered).toMatchObject({ ok: false, name: 'field.x', message: expect.stringContaining(words) });
  expect(JSON.stringify(rendered)).not.toContain(JSON.stringify(value));
});

it('lets the manifest write options, and a value go on with a dash', () => {
  expect(render({ args: ['-v', '-${field.x}', 'a${field.x}'] }, { x: '-b' })).toMatchObject({
    server: { args: ['-v', '--b', 'a-b'] },
  });
});

it('never puts a secret into an argument, where others on the machine see it', () => {
  const program = { args: ['--token=${field.token}'], env: { TOKEN: '${field.token}' } };
  const rendered = render(program, {}, { token: new Secret('t-0123456789') });
  expect(rendered).toMatchObject({ server: { args: [], env: { TOKEN: new Secret('t-0123456789') } } });
  expect(JSON.stringify(rendered)).not.toContain('t-0123456789');
});

it('refuses a NUL in a variable, and takes line breaks', () => {
  const env = { KEY: '${field.key}' };
  expect(render({ env }, {}, { key: new Secret('a\0b') })).toMatchObject({ ok: false, name: 'field.key' });
  const pem = '-----BEGIN KEY-----\nx\n';
  const rendered = render({ env }, {}, { key: new Secret(pem) });
  expect(rendered.ok && rendered.server.env['KEY']?.reveal()).toBe(pem);
});

it.each(['reports', 'Bücher 2026', 'a.b-c_d'])('takes the name of a folder: %s', (name) => {
  const folder = { field: 'folder', access: 'read' } as const;
  expect(render({ folder }, { folder: name })).toMatchObject({ server: { folder: { name, access: 'read' } } });
});

it.each(['', '.', '..', 'a/b', '/etc', '.ssh', '-x', 'a\nb', 'a\0', 'x'.repeat(101)])(
  'refuses %j as the name of a folder',
  (name) => {
    expect(render({ folder: { field: 'folder', access: 'read' } }, { folder: name })).toMatchObject({
      ok: false,
      name: 'field.folder',
    });
  },
);
