import { expect, it } from 'vitest';
import { readManifest } from '../read-manifest.ts';
import { showProblem } from '../manifest-problem.ts';

/** A connector with one tool, whose input properties and operation are these. */
function manifest(properties: string, operation: string, effect = 'write'): string {
  return `
schema: 1
id: acme
name: Acme
version: 1.0.0
description: A connector with one tool.
category: testing
auth_mode: none
brand_color: '#000000'
http: { base_url: 'https://api.example.com' }
tools:
  - name: do_it
    label: Do it
    description: Does what it says.
    effect: ${effect}
    input: { type: object, properties: { ${properties} }, additionalProperties: false }
    operation: { ${operation} }
`;
}

function problems(text: string): readonly string[] {
  const read = readManifest(text, { file: 'connector.yaml', source: 'built-in' });
  return read.ok ? [] : read.problems.map(showProblem);
}

const file = 'file: { format: file, description: A file }';
const files = 'files: { type: array, description: Files, items: { format: file } }';
const text = 'text: { type: string, description: A text }';
const post = 'method: POST, path: /x';

it.each([
  [file, `${post}, body_type: file, body: '\${arg.file}'`],
  [
    `${file}, ${files}, ${text}`,
    `${post}, body_type: multipart, body: { a: '\${arg.file}', b: '\${arg.files}', c: 'x \${arg.text}' }`,
  ],
])('takes files where bytes can stand: %s', (properties, operation) => {
  expect(problems(manifest(properties, operation))).toEqual([]);
});

it.each([
  [file, `${post}, body: { a: '\${arg.file}' }`, 'operation.body.a: names a file'],
  [file, `${post}, body_type: form, body: { a: '\${arg.file}' }`, 'operation.body.a: names a file'],
  [file, `${post}, body_type: multipart, body: { a: 'x\${arg.file}' }`, 'operation.body.a: names a file'],
  [file, `${post}, body_type: multipart, body: { a: { b: '\${arg.file}' } }`, 'operation.body.a.b: names a file'],
  [file, `method: POST, path: '/\${arg.file}'`, 'operation.path: names a file'],
  [file, `${post}, query: { f: '\${arg.file}' }`, 'operation.query.f: names a file'],
  [file, `${post}, body_type: multipart, body: '\${arg.file}'`, 'operation.body: must be an object'],
  [text, `${post}, body_type: file, body: '\${arg.text}'`, 'operation.body: must be one template alone'],
  [files, `${post}, body_type: file, body: '\${arg.files}'`, 'operation.body: must be one template alone'],
  [text, `${post}, body_type: file`, 'operation.body: must be one template alone'],
  [
    'deep: { type: object, description: Deep, properties: { f: { format: file } } }',
    `${post}, body: '\${arg.deep}'`,
    'input: "format: file" is for arguments',
  ],
  [text, `${post}, body: '\${arg.text}', answer: file, keep: [a]`, 'operation.keep: stands beside "answer: file"'],
  [text, `${post}, body: '\${arg.text}', answer: file, expect_json: []`, 'operation.expect_json: stands beside'],
])('refuses them anywhere else: %s with %s', (properties, operation, problem) => {
  expect(problems(manifest(properties, operation)).join('\n')).toContain(problem);
});

const page = 'page: { type: integer, description: Page }';
const get = `method: GET, path: /x, query: { page: '\${arg.page}' }`;

it.each([
  'kind: link, argument: page',
  'kind: page, argument: page',
  'kind: offset, argument: page, size: page',
  'kind: cursor, argument: page, next: next',
  'kind: cursor, argument: page, last: id, more: more',
])('takes pages by { %s }', (pagination) => {
  expect(problems(manifest(page, `${get}, pagination: { ${pagination} }`, 'read'))).toEqual([]);
});

it.each([
  ['kind: link, argument: pages', 'argument: "pages" is not a property of the input; did you mean "page"?'],
  ['kind: page, argument: page, size: many', 'size: "many" is not a property'],
  ['kind: cursor, argument: page', 'next: the next value stands either at'],
  ['kind: cursor, argument: page, next: a, last: b', 'next: the next value stands either at'],
  ['kind: walk, argument: page', 'operation.pagination'],
])('refuses pages by { %s }', (pagination, problem) => {
  expect(problems(manifest(page, `${get}, pagination: { ${pagination} }`, 'read')).join('\n')).toContain(problem);
});

it.each([
  [manifest(page, `${get}, pagination: { kind: link, argument: page }`), 'pagination: is for reads'],
  [
    manifest(
      `${page}, all: { type: boolean, description: All }`,
      `${get}, headers: { a: '\${arg.all}' }, pagination: { kind: link, argument: page }`,
      'read',
    ),
    'input.properties.all: is an argument of ours',
  ],
  [
    manifest(page, `${get}, answer: file, pagination: { kind: link, argument: page }`, 'read'),
    'pagination: stands beside "answer"',
  ],
])('refuses what pages cannot go with', (text, problem) => {
  expect(problems(text).join('\n')).toContain(problem);
});
