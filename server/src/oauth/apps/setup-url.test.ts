import { join } from 'node:path';
import { expect, it } from 'vitest';
import { covers } from '../../../../tests/support/covers.ts';
import { fieldSchema } from '../../catalog/format/field.ts';
import { oauthSchema } from '../../catalog/format/oauth.ts';
import { loadCatalog } from '../../catalog/load-catalog.ts';
import { appAddresses } from './origins/app-origins.ts';
import { setupUrl } from './setup-url.ts';

const publicUrl = 'https://plugboard.example.com';
const redirect = `${publicUrl}/api/v1/connections/oauth/callback`;
const fields = [
  fieldSchema.parse({ key: 'base_url', label: 'Address', default: 'https://git.example.com' }),
  fieldSchema.parse({ key: 'tenant', label: 'Tenant' }),
];
const setupOf = (setup: unknown) =>
  setupUrl({ derived: {}, fields, oauth: oauthSchema.parse({ setup }) }, { publicUrl });

it('where an app is made is filled in with the redirect URL, and what is no text is JSON', () => {
  covers('apps/where-to-register');
  const query = {
    name: 'Plugboard',
    callback: '${config.redirect_uri}',
    homepage: '${config.public_url}',
    manifest: { oauth_config: { redirect_urls: ['${config.redirect_uri}'], rotation: true } },
    left_out: '${field.tenant}',
  };
  const url = new URL(setupOf({ url: '${field.base_url}/apps/new?v=1', query }) ?? '');
  expect(`${url.origin}${url.pathname}`).toBe('https://git.example.com/apps/new');
  expect(Object.fromEntries(url.searchParams)).toEqual({
    v: '1',
    name: 'Plugboard',
    callback: redirect,
    homepage: publicUrl,
    manifest: JSON.stringify({ oauth_config: { redirect_urls: [redirect], rotation: true } }),
  });
});

it('where nobody knows the page there is none', () => {
  expect(setupOf(undefined)).toBeUndefined();
  expect(setupOf({ url: 'https://${field.tenant}.example.com/apps' })).toBeUndefined();
  expect(setupUrl({ derived: {}, fields, oauth: undefined }, { publicUrl })).toBeUndefined();
});

const folder = join(import.meta.dirname, '../../../../connectors');
const { catalog } = await loadCatalog({ builtIn: { folder }, dirs: [] });
const shipped = catalog.list().filter(({ auth_modes: modes }) => modes.includes('byo_oauth'));

it.each(shipped.map((connector) => [connector.id, connector] as const))(
  'an app for %s has addresses that its secret is for, and a page where it is made if one is named',
  (_id, connector) => {
    covers('apps/named-addresses', 'apps/where-to-register');
    expect(appAddresses(connector, undefined).secret).not.toEqual([]);
    const url = setupUrl(connector, { publicUrl });
    expect(url !== undefined).toBe(connector.oauth?.setup !== undefined);
    if (url !== undefined) expect(new URL(url).protocol).toBe('https:');
  },
);
