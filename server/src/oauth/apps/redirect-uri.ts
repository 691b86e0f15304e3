import type { Config } from '../../config.ts';

/** The one address that providers send browsers back to after signing in: what is registered with an OAuth app. */
export function redirectUri({ publicUrl }: Pick<Config, 'publicUrl'>): string {
  return `${publicUrl}/api/v1/connections/oauth/callback`;
}
