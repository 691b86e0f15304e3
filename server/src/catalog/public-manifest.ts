import type { Connector, Field } from './connector.ts';

/** The address of a connector's brand mark on our own origin. */
export function brandLogoUrl(connector: Pick<Connector, 'id'>, publicUrl: string): string {
  return `${publicUrl}/brand/${connector.id}.svg`;
}

/** The whole manifest as JSON with the keys of the YAML (RULINGS 001.2); absent blocks are null. */
export function publicManifest(connector: Connector, publicUrl: string) {
  return {
    id: connector.id,
    name: connector.name,
    version: connector.version,
    description: connector.description,
    category: connector.category,
    auth_mode: connector.auth_mode,
    auth_modes: connector.auth_modes,
    brand_logo: brandLogoUrl(connector, publicUrl),
    brand_color: connector.brand_color,
    fields: connector.fields.map(publicField),
    verify: connector.verify ?? null,
    oauth: connector.oauth ?? null,
    mcp: connector.mcp ?? null,
    tools: connector.tools,
  };
}

/** The facts every field states come first, then those it has. */
function publicField({ key, label, type, required, secret, ...rest }: Field) {
  return { key, label, type, required, secret, ...rest };
}
