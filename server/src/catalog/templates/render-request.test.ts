import { array, assert, property, string } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Secret } from '../../lib/secret.ts';
import { parseJsonTemplate } from './json-template.ts';
import { renderHeader, renderHeaders } from './render-header.ts';
import { renderJson } from './render-json.ts';
import { renderQuery } from './render-query.ts';
import { parseEncoded, parseTemplate } from './template.ts';

describe('renderHeader', () => {
  const template = parseTemplate('Bearer ${field.token}');

  it('fills a value, and leaves the header out where it is absent', () => {
    expect(renderHeader(template, { field: { token: 'a' } })).toEqual({ ok: true, value: 'Bearer a' });
    expect(renderHeader(template, { field: {} })).toEqual({ ok: true, value: undefined });
    expect(renderHeaders([['authorization', template]], { field: {} })).toEqual({ ok: true, headers: {} });
  });

  it.each(['a\r\nx: y', 'a\nb', '\u0000', '\u007f', 'a\tb', '日本'])('refuses %j', (token) => {
    expect(renderHeader(template, { field: { token: new Secret(token) } })).toMatchObject({
      ok: false,
      name: 'field.token',
    });
  });

  it('never holds a line break', () => {
    assert(
      property(string({ unit: 'binary' }), (token) => {
        const rendered = renderHeader(template, { field: { token } });
        const held = rendered.ok ? String(rendered.value) : '';
        expect(held.includes('\r') || held.includes('\n')).toBe(false);
      }),
    );
  });
});

describe('renderQuery', () => {
  const query = (value: unknown, arg: Record<string, unknown>) =>
    renderQuery(parseJsonTemplate(value, parseEncoded), { arg });

  it('leaves out what is absent or null, repeats lists, and keeps false and zero', () => {
    const value = {
      a: '${arg.a}',
      b: '${arg.b}',
      c: '${arg.c}',
      'd[]': '${arg.d}',
      e: '${arg.d|join}',
      f: 'x ${arg.no}',
      g: 1,
      n: '${arg.n}',
    };
    expect(query(value, { a: false, b: 0, d: ['x', 'y z'], n: null })).toBe(
      'a=false&b=0&d%5B%5D=x&d%5B%5D=y%20z&e=x%2Cy%20z&g=1',
    );
  });

  it('comes back as it went in', () => {
    assert(
      property(string({ unit: 'binary' }), array(string({ unit: 'binary' })), (a, list) => {
        const parsed = new URLSearchParams(String(query({ 'a&=': '${arg.a}', list: '${arg.list}' }, { a, list })));
        expect(parsed.get('a&=')).toBe(a.toWellFormed());
        expect(parsed.getAll('list')).toEqual(list.map((item) => item.toWellFormed()));
      }),
    );
  });
});

describe('renderJson', () => {
  const json = (value: unknown, values: Record<string, unknown>) => {
    const text = renderJson(parseJsonTemplate(value), { arg: values });
    return typeof text === 'string' ? JSON.parse(text) : text;
  };

  it('keeps the type of a value that stands alone, and writes it out inside text', () => {
    const value = {
      n: '${arg.n}',
      list: ['${arg.n}', '${arg.no}'],
      text: 'n is ${arg.n}',
      deep: { o: '${arg.o}', null: '${arg.null}' },
      plain: true,
    };
    expect(json(value, { n: 1, o: { x: [1] }, null: null })).toEqual({
      n: 1,
      list: [1],
      text: 'n is 1',
      deep: { o: { x: [1] }, null: null },
      plain: true,
    });
  });

  it('leaves out keys whose value is absent', () => {
    expect(json({ a: '${arg.a}', b: 'x ${arg.a}', c: 1 }, {})).toEqual({ c: 1 });
    expect(json('${arg.a}', {})).toBeUndefined();
  });

  it('keeps a key that means something to objects as a key', () => {
    expect(renderJson(parseJsonTemplate(JSON.parse('{"__proto__": "${arg.a}"}')), { arg: { a: 1 } })).toBe(
      '{"__proto__":1}',
    );
  });

  it('is secret where a value is', () => {
    const text = renderJson(parseJsonTemplate({ key: '${field.key}' }), { field: { key: new Secret('"s') } });
    expect(text instanceof Secret && text.reveal()).toBe('{"key":"\\"s"}');
  });
});
