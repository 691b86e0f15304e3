import { expect, it } from 'vitest';
import { renderPath } from '../../server/src/catalog/templates/render-path.ts';
import { joinUrl } from '../../server/src/catalog/templates/render-url.ts';
import { parseEncoded } from '../../server/src/catalog/templates/template.ts';

const path = parseEncoded('/repos/${arg.owner}/issues');

it.each(['..', '.', '%2e%2e', '%252e%252e', '..%2fadmin', '../admin', '..\\admin', 'a/b', 'a\r\nHost: b', '..;', ''])(
  'S10: the argument %j does not rewrite the address of the call',
  (owner) => expect(renderPath(path, { arg: { owner } })).toMatchObject({ ok: false, name: 'arg.owner' }),
);

it('S10: a path that leaves the base after all is refused when the address is built', () => {
  expect(joinUrl('https://api.example.com/v1', '/../admin', '')).toMatchObject({ ok: false });
  expect(joinUrl('https://api.example.com/v1', '.evil.example/', '')).toMatchObject({ ok: false });
});
