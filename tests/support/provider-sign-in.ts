import { Secret } from '../../server/src/lib/secret.ts';
import { clientId, type IdentityProvider } from '../emulators/identity-provider.ts';
import type { Browsing, Shown } from './browsing.ts';

/** The settings that make an identity provider ours. */
export function providerSettings({ issuer }: Pick<IdentityProvider, 'issuer'>) {
  return { oidc: { issuer, clientId, clientSecret: new Secret('its-secret'), audience: undefined } };
}

/** Goes to the provider and comes back, as one browser does; `change` tampers with what it comes back with. */
export async function signInAtProvider(
  browser: Browsing,
  provider: IdentityProvider,
  { to = '', change = (query: string) => query }: { to?: string; change?: (query: string) => string } = {},
): Promise<Shown> {
  const sent = await browser.open(`/sign-in/oidc${to}`);
  return browser.open(`/sign-in/oidc/callback${change(provider.authorize(sent.to ?? ''))}`);
}
