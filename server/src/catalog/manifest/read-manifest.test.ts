import { describe, expect, it } from 'vitest';
import { showProblem } from './manifest-problem.ts';
import { readManifest } from './read-manifest.ts';

const good = `schema: 1
id: acme
name: Acme
version: 1.0.0
description: Tickets and customers of Acme.
category: support
auth_mode: pat
brand_color: '#112233'
fields:
  - key: subdomain
    label: Subdomain
  - key: token
    label: Token
    secret: true
derived:
  basic: \${field.token|base64}
auth:
  scheme: bearer
  token: \${field.token}
verify:
  kind: http
  url: https://\${field.subdomain}.acme.example/me
http:
  base_url: https://\${field.subdomain}.acme.example/api
tools:
  - name: get_ticket
    label: Get a ticket
    description: Reads one ticket.
    effect: read
    input:
      type: object
      properties:
        id: { type: string, description: Its number }
      required: [id]
    operation:
      method: GET
      path: /tickets/\${arg.id}
`;

function problemsOf(text: string): string[] {
  const read = readManifest(text, { file: 'connector.yaml', source: 'built-in' });
  return read.ok ? [] : read.problems.map(showProblem);
}

/** The good manifest with one part of it written differently. */
function changed(from: string, to: string): string {
  expect(good).toContain(from);
  return good.replace(from, () => to);
}

describe('readManifest', () => {
  it('reads a manifest, fills in defaults, and gives it a digest', () => {
    const read = readManifest(good, { file: 'connector.yaml', source: 'operator' });
    expect(read).toMatchObject({ ok: true, connector: { id: 'acme', auth_modes: ['pat'], source: 'operator' } });
    expect(read.ok && read.connector.digest).toMatch(/^[0-9a-f]{64}$/);
    expect(read.ok && read.connector.fields[0]).toEqual({
      key: 'subdomain',
      label: 'Subdomain',
      type: 'text',
      required: true,
      secret: false,
    });
  });

  it('has one digest for one content, whatever its order and comments', () => {
    const digest = (text: string) => {
      const read = readManifest(text, { file: 'x', source: 'built-in' });
      return read.ok ? read.connector.digest : undefined;
    };
    expect(digest(`# a comment\n${changed('name: Acme\nversion: 1.0.0', 'version: 1.0.0\nname: Acme')}`)).toBe(
      digest(good),
    );
    expect(digest(changed('1.0.0', '1.0.1'))).not.toBe(digest(good));
  });

  it.each([
    [
      'category: support',
      'categroy: support',
      'connector.yaml:6 categroy: is not a key that exists here; did you mean "category"?',
    ],
    [
      '    secret: true',
      '    secert: true',
      'connector.yaml:14 fields[1].secert: is not a key that exists here; did you mean "secret"?',
    ],
    [
      '      method: GET',
      '      methd: GET',
      'connector.yaml:36 tools[0].operation.methd: is not a key that exists here; did you mean "method"?',
    ],
    ['category: support\n', '', 'connector.yaml:1 category: is missing'],
    ['      path: /tickets/', '      pth: /tickets/', 'connector.yaml:35 tools[0].operation.path: is missing'],
    ['version: 1.0.0', 'version: one', 'connector.yaml:4 version: three numbers, e.g. 1.0.0'],
    ['    effect: read', '    effect: reads', 'connector.yaml:29 tools[0].effect: expected one of'],
    ['category: support', 'category: support\ncategory: crm', 'connector.yaml:7: Map keys must be unique'],
    ['  scheme: bearer', '  scheme: barer', 'connector.yaml:18 auth.scheme:'],
  ])('says where: %j written as %j', (from, to, problem) => {
    expect(problemsOf(changed(from, to)).some((found) => found.startsWith(problem))).toBe(true);
  });

  it.each([
    ['auth_mode: pat', 'auth_mode: pat\nauth_modes: [byo_oauth, pat]', 'auth_modes: the first must be the auth_mode'],
    ['auth_mode: pat', 'auth_mode: mcp_oauth', 'mcp: is missing'],
    ['auth_mode: pat', 'auth_mode: none', 'fields[1].secret: "auth_mode: none" asks for no secret'],
    ['  scheme: bearer\n  token: ${field.token}', '  scheme: none', 'auth: "pat" needs a scheme'],
    ['id: acme', 'id: plugboard', 'id: is the name of our own tools'],
    [
      '  token: ${field.token}',
      '  token: ${field.tokn}',
      'auth.token: ${field.tokn} names nothing that exists; did you mean "token"?',
    ],
    ['  token: ${field.token}', '  token: ${arg.token}', 'auth.token: ${arg.token} has no meaning here'],
    ['  token: ${field.token}', '  token: ${field.token', 'auth.token: A "${" is never closed'],
    ['${field.token|base64}', '${derived.basic}', 'derived.basic: ${derived.basic} names nothing'],
    ['path: /tickets/${arg.id}', 'path: /tickets/${arg.number}', 'operation.path: ${arg.number} names nothing'],
    ['path: /tickets/${arg.id}', 'path: /tickets', 'input.properties.id: is used nowhere'],
    ['path: /tickets/${arg.id}', 'path: /a/../${arg.id}', 'operation.path: must be a plain path'],
    ['path: /tickets/${arg.id}', 'path: /tickets?id=${arg.id}', 'operation.path: must be a plain path'],
    ['path: /tickets/${arg.id}', 'path: tickets/${arg.id}', 'operation.path: must be a plain path'],
    ['path: /tickets/${arg.id}', 'path: /${field.token}/${arg.id}', 'operation.path: ${field.token} is secret'],
    [
      'path: /tickets/${arg.id}',
      'path: /${arg.id}\n      query: { t: "${derived.basic}" }',
      'operation.query.t: ${derived.basic} is secret',
    ],
    [
      '/api\n',
      '/api\n  headers: { x: "${field.token}" }\n',
      'http.headers.x: ${field.token} is secret and may not stand here',
    ],
    ['path: /tickets/${arg.id}', 'path: /${arg.id}\n      body: {}', 'operation.body: GET has no body'],
    [
      'path: /tickets/${arg.id}',
      'path: /${arg.id}\n      headers: { Host: x }',
      'operation.headers.Host: is set by us alone',
    ],
    ['      required: [id]\n', '', 'input.required: must list "id"'],
    [
      '      required: [id]',
      '      required: [id, ids]',
      'input.required[1]: "ids" is not a property; did you mean "id"?',
    ],
    ['type: string, description: Its number', 'type: string', 'input.properties.id: needs a description'],
    ['      type: object', '      type: array', 'input.type: must be "object"'],
    ['method: GET', 'method: DELETE', 'effect: DELETE changes something'],
    ['method: GET', 'method: GET\n      query: 5', 'operation.query: an object, or one template alone'],
    ['method: GET', 'method: GET\n      query: a=b', 'operation.query: is a text, so it must be one template alone'],
    ['method: GET', 'method: GET\n      query: a${arg.id}', 'operation.query: is a text, so it must be one template'],
    ['method: GET', 'method: GET\n      query: ${arg.i}', 'operation.query: ${arg.i} names nothing that exists'],
    ['method: GET', 'method: GET\n      query: ${field.subdomain}', 'operation.query: is a text, so it must be one'],
    ['method: GET', 'method: GET\n      query: ${arg.id}', 'the argument "id" needs "type: object"'],
    ['method: GET', 'method: POST\n      mail: { headers: { To: "x" }, text: x }', 'operation.mail: is not sent'],
    ['method: GET', 'method: POST\n      body: ${derived.mail}', 'operation.body: ${derived.mail} names nothing'],
    [
      'method: GET',
      'method: POST\n      mail: { headers: { MIME-Version: x }, text: x }\n      body: ${derived.mail}',
      'operation.mail.headers.MIME-Version: is set by us alone',
    ],
    [
      'method: GET',
      'method: POST\n      mail: { headers: { "To:": x }, text: x }\n      body: ${derived.mail}',
      'is no name of a header',
    ],
    [
      'method: GET',
      'method: POST\n      mail: { headers: {}, text: "${derived.mail}" }\n      body: ${derived.mail}',
      'operation.mail.text: ${derived.mail} names nothing',
    ],
    [
      'method: GET',
      'method: POST\n      mail: { headers: { To: "${field.token}" }, text: x }\n      body: ${derived.mail}',
      'operation.mail.headers.To: ${field.token} is secret',
    ],
    ['method: GET', 'method: GET\n      keep: [a.]', 'operation.keep[0]: names joined by dots'],
    ['method: GET', 'method: GET\n      keep: [a.b, a]', 'operation.keep[0]: "a.b" is kept already, by "a"'],
    ['method: GET', 'method: GET\n      keep: [a, ab, a]', 'operation.keep[2]: "a" is kept already, by "a"'],
    [
      '/api\n',
      '/api\n  failures: [{ path: error, one_of: [no], reason: held }]\n',
      'http.failures[0].reason: expected one of "auth"|"input"|"scope"|"rate_limit"',
    ],
    [
      'https://${field.subdomain}.acme.example/api',
      'https://${field.token}.acme.example/api',
      'http.base_url: ${field.token} is secret',
    ],
    [
      'https://${field.subdomain}.acme.example/api',
      'https://${derived.basic}.acme.example',
      'http.base_url: ${derived.basic} is secret',
    ],
    ['https://${field.subdomain}.acme.example/api', 'http://acme.example', 'http.base_url: must begin with https://'],
    [
      'https://${field.subdomain}.acme.example/api',
      '${field.subdomain}/api',
      'http.base_url: ${field.subdomain} stands for a whole address',
    ],
    ['    label: Subdomain', '    label: Subdomain\n    type: select', 'fields[0].choices: choices go with'],
    [
      '    label: Subdomain',
      '    label: Subdomain\n    type: number\n    default: x',
      'fields[0].default: does not fit',
    ],
    ['    label: Subdomain', '    label: Subdomain\n    default: "x "', 'fields[0].default: has white space'],
    [
      '    label: Subdomain',
      '    label: Subdomain\n    auth_modes: [none]',
      'fields[0].auth_modes: "none" is not among',
    ],
    [
      '    label: Subdomain',
      '    label: Subdomain\n    pattern: "("',
      'fields[0].pattern: is not a regular expression',
    ],
    ['  - key: token', '  - key: subdomain', 'fields[1].key: the key "subdomain" is taken by fields[0]'],
    ['  - key: token', '  - key: fields', 'fields[1].key: may not be "fields"'],
    ['    secret: true', '    secret: true\n    default: x', 'fields[1].default: a secret has no default'],
  ])('refuses what contradicts itself: %j as %j', (from, to, problem) => {
    expect(problemsOf(changed(from, to)).join('\n')).toContain(problem);
  });

  it('lets an operator, not us, reach something without https', () => {
    const text = changed('https://${field.subdomain}.acme.example/api', 'http://acme.internal:8080/api');
    expect(readManifest(text, { file: 'x', source: 'operator' }).ok).toBe(true);
    expect(readManifest(text, { file: 'x', source: 'built-in' }).ok).toBe(false);
  });

  it('takes a query that is one template alone, and what is said of a whole API', () => {
    const read = readManifest(
      changed('/api\n', '/api\n  expect_json: [{ path: ok, equals: true }]\n')
        .replace('type: string, description: Its number', 'type: object, description: Parameters')
        .replace(
          '      path: /tickets/${arg.id}',
          '      path: /tickets\n      query: ${arg.id}\n      keep: [a.b, a.c]',
        ),
      { file: 'connector.yaml', source: 'built-in' },
    );
    expect(read).toMatchObject({
      ok: true,
      connector: {
        http: { expect_json: [{ path: 'ok', equals: true }] },
        tools: [{ operation: { query: '${arg.id}', keep: ['a.b', 'a.c'] } }],
      },
    });
  });

  it('refuses two tools of one name', () => {
    const [head = '', tool = ''] = good.split('tools:\n');
    expect(problemsOf(`${head}tools:\n${tool}${tool}`)).toEqual([
      'connector.yaml:38 tools[1].name: "get_ticket" is the name of tools[0]',
    ]);
  });
});

describe('hostile YAML', () => {
  it.each([
    ['one that is too large', `# ${'x'.repeat(600_000)}`],
    [
      'aliases that explode',
      `a: &a [1]\n${['b', 'c', 'd', 'e'].map((key, index) => `${key}: &${key} [${`*${'abcd'[index]},`.repeat(20)}]`).join('\n')}`,
    ],
    ['nesting without end', '['.repeat(100_000)],
    ['two documents', 'a: 1\n---\nb: 2\n'],
    ['a tag of its own', 'a: !run x\n'],
    ['nothing', ''],
    ['a list', '[1, 2]'],
    ['a key that means something to objects', '__proto__: { id: x }'],
    ['a text of control characters', '\u0000\u0001'],
  ])('is reported, not obeyed: %s', (_, text) => {
    const [first, ...more] = problemsOf(text);
    expect(first).toMatch(/^connector\.yaml/);
    expect(more.length).toBeLessThan(25);
  });
});
