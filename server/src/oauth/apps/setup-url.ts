import type { Connector } from '../../catalog/connector.ts';
import type { Config } from '../../config.ts';
import { fillJson, parseJsonTemplate } from '../../catalog/templates/json-template.ts';
import { renderUrl } from '../../catalog/templates/render-url.ts';
import { templateValues } from '../../catalog/templates/template-values.ts';
import { parseUrl } from '../../catalog/templates/url-template.ts';
import { redirectUri } from './redirect-uri.ts';

/**
 * Where an OAuth app for a connector is made, with what it should be like filled in where the provider takes that in its
 * address; `undefined` where the manifest names no such page.
 */
export function setupUrl(
  connector: Pick<Connector, 'derived' | 'fields' | 'oauth'>,
  config: Pick<Config, 'publicUrl'>,
): string | undefined {
  const setup = connector.oauth?.setup;
  if (setup === undefined) return undefined;
  const values = valuesOf(connector, config);
  const page = renderUrl(parseUrl(setup.url), values);
  if (!page.ok || typeof page.value !== 'string') return undefined;
  const url = new URL(page.value);
  for (const [name, value] of Object.entries(setup.query)) {
    const filled = fillJson(parseJsonTemplate(value), values).value;
    if (filled !== undefined)
      url.searchParams.append(name, typeof filled === 'string' ? filled : JSON.stringify(filled));
  }
  return url.href;
}

function valuesOf(
  connector: Pick<Connector, 'derived' | 'fields'>,
  { publicUrl }: Pick<Config, 'publicUrl'>,
): ReturnType<typeof templateValues> {
  const usual = connector.fields.flatMap(({ key, secret, default: value }) =>
    secret || value === undefined ? [] : [[key, value] as const],
  );
  const values = templateValues(connector, { fields: Object.fromEntries(usual), publicUrl });
  return { ...values, config: { ...values.config, redirect_uri: redirectUri({ publicUrl }) } };
}
