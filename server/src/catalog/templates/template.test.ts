import { describe, expect, it } from 'vitest';
import { Secret } from '../../lib/secret.ts';
import { renderText } from './evaluate.ts';
import { aloneIn, parseEncoded, parseTemplate, referencesIn } from './template.ts';

describe('parseTemplate', () => {
  it('takes text and references apart', () => {
    const template = parseTemplate('Bearer ${field.token|trim}!');
    expect(template.pieces).toHaveLength(3);
    expect(referencesIn(template).map(({ name }) => name)).toEqual(['field.token']);
    expect(aloneIn(template)).toBeUndefined();
    expect(aloneIn(parseTemplate('${arg.a}'))?.key).toBe('a');
  });

  it('reads "$${" as a literal "${"', () => {
    expect(renderText(parseTemplate('a $${b} ${arg.c}'), { arg: { c: 1 } })).toBe('a ${b} 1');
  });

  it.each([
    ['${field.token', 'never closed'],
    ['${token}', 'is not a reference'],
    ['${secret.token}', 'is not a reference'],
    ['${}', 'is not a reference'],
    ['${field.token|upcase}', 'no filter "upcase"'],
  ])('refuses %s', (text, reason) => {
    expect(() => parseTemplate(text)).toThrow(reason);
  });

  it('does not apply urlencode twice where the place encodes by itself', () => {
    expect(parseEncoded('${field.a|lower|urlencode}').pieces).toMatchObject([{ filters: [{ name: 'lower' }] }]);
  });
});

describe('filters', () => {
  it.each([
    ['${arg.a|lower}', 'ABC', 'abc'],
    ['${arg.a|trim}', ' a ', 'a'],
    ['${arg.a|base64}', 'user:pass', 'dXNlcjpwYXNz'],
    ['${arg.a|base64}', '>?>ü', 'Pj8+w7w='],
    ['${arg.a|base64url}', '>?>ü', 'Pj8-w7w'],
    ['${arg.a|base64url}', '', ''],
    ['${arg.a|urlencode}', 'a b/c', 'a%20b%2Fc'],
    ['${arg.a|join}', ['a', 'b'], 'a,b'],
    ['${arg.a|join: OR }', ['a', 'b'], 'a OR b'],
    ['${arg.a|trim|lower|base64}', ' A ', 'YQ=='],
    ['${arg.a|default:eu}', undefined, 'eu'],
    ['${arg.a|default:eu}', '', 'eu'],
    ['${arg.a|default:eu}', 'us', 'us'],
    ['x${arg.a|default:}y', undefined, 'xy'],
    ['${arg.a}', { b: [1, null] }, '{"b":[1,null]}'],
    ['${arg.a}', false, 'false'],
    ['x ${arg.a}', undefined, undefined],
    ['x ${arg.a}', null, undefined],
  ])('%s of %j is %j', (text, a, expected) => {
    expect(renderText(parseTemplate(text), { arg: { a } })).toBe(expected);
  });

  it('makes the whole text secret as soon as one value is', () => {
    const text = renderText(parseTemplate('${field.user}:${field.password|base64}'), {
      field: { user: 'ada', password: new Secret('x') },
    });
    expect(text).toBeInstanceOf(Secret);
    expect(text instanceof Secret && text.reveal()).toBe('ada:eA==');
  });

  it('finds nothing that an object inherits', () => {
    expect(renderText(parseTemplate('${arg.constructor}'), { arg: {} })).toBeUndefined();
  });
});
