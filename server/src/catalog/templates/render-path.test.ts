import { assert, constantFrom, oneof, property, string } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { renderPath } from './render-path.ts';
import { parseEncoded } from './template.ts';

const issue = parseEncoded('/repos/${arg.owner}/issues/${arg.number}');
const file = parseEncoded('/files/${arg.path|segments}/raw');
const project = parseEncoded('/projects/${arg.project|slashes}/issues');

describe('renderPath', () => {
  it('encodes values as segments', () => {
    expect(renderPath(issue, { arg: { owner: 'a b?#ü', number: 7 } })).toEqual({
      ok: true,
      value: '/repos/a%20b%3F%23%C3%BC/issues/7',
    });
  });

  it.each(['..', '.', 'a/b', '\\', '%2e%2E', '%252e%252e', '%2f', '%2f%zz', 'a\r\nb', '\u0000', '%00', '..;x', ''])(
    'refuses %j',
    (owner) => {
      expect(renderPath(issue, { arg: { owner, number: 1 } })).toMatchObject({ ok: false, name: 'arg.owner' });
    },
  );

  it.each(['...', 'a..b', '100%', 'a%b', '.github', 'ä', 'a;b', '\ud800'])('lets %j be', (owner) => {
    expect(renderPath(issue, { arg: { owner, number: 1 } })).toMatchObject({ ok: true });
  });

  it('refuses dots that only form between two values', () => {
    expect(renderPath(parseEncoded('/a/${arg.b}${arg.c}/d'), { arg: { b: '.', c: '.' } })).toMatchObject({ ok: false });
    expect(renderPath(parseEncoded('/a/.${arg.b}/d'), { arg: { b: 'x' } })).toEqual({ ok: true, value: '/a/.x/d' });
    expect(renderPath(parseEncoded('/a/${arg.b|default:}.${arg.c|default:}./d'), { arg: {} })).toMatchObject({
      ok: false,
    });
  });

  it('names the value that is missing', () => {
    expect(renderPath(issue, { arg: { owner: 'a' } })).toEqual({
      ok: false,
      name: 'arg.number',
      message: 'number is missing',
    });
  });

  it('keeps slashes, or sends them encoded, where the path says so', () => {
    expect(renderPath(file, { arg: { path: 'src/a b.ts' } })).toEqual({ ok: true, value: '/files/src/a%20b.ts/raw' });
    expect(renderPath(project, { arg: { project: 'group/app' } })).toEqual({
      ok: true,
      value: '/projects/group%2Fapp/issues',
    });
    for (const path of ['../x', 'a/../b', 'a//b', '/a', 'a/', 'a/%2e%2e/b', 'a/\\/b']) {
      expect(renderPath(file, { arg: { path } })).toMatchObject({ ok: false });
      expect(renderPath(project, { arg: { project: path } })).toMatchObject({ ok: false });
    }
  });

  it('never leaves its place, whatever the value', () => {
    const hostile = oneof(
      string({ unit: 'binary' }),
      string({ unit: constantFrom('.', '/', '%', '2', 'e', 'f', '\\', ';', '5', 'c', 'a') }),
    );
    assert(
      property(hostile, hostile, (owner, number) => {
        const rendered = renderPath(issue, { arg: { owner, number } });
        if (!rendered.ok) return;
        const url = new URL(String(rendered.value), 'https://api.example.com');
        const [, repos, first = '', issues, last = '', ...more] = url.pathname.split('/');
        expect([url.origin, repos, issues, more]).toEqual(['https://api.example.com', 'repos', 'issues', []]);
        expect([decodeURIComponent(first), decodeURIComponent(last)]).toEqual([
          owner.toWellFormed(),
          number.toWellFormed(),
        ]);
      }),
      { numRuns: 2000 },
    );
  });
});
