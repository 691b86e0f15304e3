import { expect, it } from 'vitest';
import { parseXml } from './parse-xml.ts';

it.each([
  ['<a/>', { a: '' }],
  ['<a>1</a>', { a: '1' }],
  ['<a x="1 &amp; 2">t</a>', { a: { '@x': '1 & 2', '#text': 't' } }],
  ['<a><b>007</b><b/></a>', { a: { b: ['007', ''] } }],
  ['<?xml version="1.0" encoding="UTF-8"?><?pi x?><!-- c --><a><![CDATA[<b>&amp;</b>]]></a>', { a: '<b>&amp;</b>' }],
  ['<n:a xmlns:n="u"><n:b>1</n:b></n:a>', { 'n:a': { '@xmlns:n': 'u', 'n:b': '1' } }],
  ['<a>&lt;&gt;&amp;&quot;&apos;&#65;&#x1F600;</a>', { a: '<>&"\'A😀' }],
  ['<a>&amp;lt;&unknown;&#0;&#x110000;</a>', { a: '&lt;&unknown;&#0;&#x110000;' }],
])('understands %s', (text, value) => {
  expect(parseXml(text)).toEqual(value);
});

it.each(['', 'no XML', '<a>', '<a></b>', '<a', '<a x=1/>', '<a/><b', '<!DOCTYPE a><a/>'])('leaves %j alone', (text) => {
  expect(parseXml(text)).toBeUndefined();
});
