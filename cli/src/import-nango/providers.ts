/** Connectors of ours by what Nango calls the provider. What is not here has no connector, or one that signs in otherwise. */
const builtIn: ReadonlyMap<string, string> = new Map([
  ['github', 'github'],
  ['github-pat', 'github'],
  ['gitlab', 'gitlab'],
  ['gitlab-pat', 'gitlab'],
  ['google-calendar', 'google-calendar'],
  ['google-drive', 'google-drive'],
  ['google-mail', 'google-mail'],
  ['linear-api-key', 'linear'],
  ['microsoft', 'microsoft-365'],
  ['outlook', 'microsoft-365'],
  ['notion', 'notion'],
  ['salesforce', 'salesforce'],
  ['sendgrid', 'sendgrid'],
  ['slack', 'slack'],
  ['stripe-api-key', 'stripe'],
  ['zendesk', 'zendesk'],
]);

/** Finds the connector for a connection of Nango's: what somebody said of its integration, then of its provider, then what we know. */
export type FindConnectorId = (connection: {
  readonly providerConfigKey: string;
  readonly provider: string;
}) => string | undefined;

/** The mapping of `--provider-map a=b` over what we know; `undefined` where one of them is no pair. */
export function readProviderMap(pairs: readonly string[]): FindConnectorId | undefined {
  const said = new Map<string, string>();
  for (const pair of pairs) {
    const [, from, to] = /^([^=\s]+)=([a-z0-9-]{1,100})$/.exec(pair) ?? [];
    if (from === undefined || to === undefined) return undefined;
    said.set(from, to);
  }
  return ({ providerConfigKey, provider }) =>
    said.get(providerConfigKey) ?? said.get(provider) ?? builtIn.get(provider);
}
