import type { Connector } from '../../../catalog/connector.ts';
import { originsAt } from '../../../catalog/origins.ts';
import { parseUrl } from '../../../catalog/templates/url-template.ts';
import type { JsonObject } from '../../../lib/json.ts';

/**
 * The origins that addresses of a manifest name by themselves, whatever somebody submits: those written out, those that its
 * own choices and defaults form, and `https://*.example.com` where a value stands before a domain that is written out.
 */
export function namedOrigins(
  connector: Pick<Connector, 'derived' | 'fields'>,
  addresses: readonly (string | undefined)[],
): readonly string[] {
  const written = addresses.filter((address) => address !== undefined);
  const usual = ownValues(connector);
  const formed = written.flatMap((address) => usual.flatMap((values) => originOf(connector, address, values)));
  return [...new Set([...written.flatMap(belowDomain), ...formed])];
}

function originOf(connector: Pick<Connector, 'derived'>, address: string, values: JsonObject): readonly string[] {
  const found = originsAt([address], connector, values);
  return found.ok ? found.origins : [];
}

/** What fields are where nobody says otherwise, and that with each choice of each field in turn. */
function ownValues({ fields }: Pick<Connector, 'fields'>): readonly JsonObject[] {
  const open = fields.filter(({ secret }) => !secret);
  const usual = Object.fromEntries(
    open.flatMap(({ key, default: value, choices }) => {
      const own = value ?? choices?.[0]?.value;
      return own === undefined ? [] : [[key, own] as const];
    }),
  );
  const chosen = open.flatMap(({ key, choices = [] }) => choices.map(({ value }) => ({ ...usual, [key]: value })));
  return [usual, ...chosen];
}

/** A domain of at least two labels that ends the host: a value before it is a host below it. */
const domain = /^(\.[a-z0-9-]+){2,}(:\d+)?$/i;

function belowDomain(address: string): readonly string[] {
  const { origin } = parseUrl(address);
  const [scheme, value, ending, ...more] = origin;
  const isBelow = scheme === 'https://' && typeof value === 'object' && typeof ending === 'string';
  return isBelow && more.length === 0 && domain.test(ending) ? [`https://*${ending.toLowerCase()}`] : [];
}
