import type { Manifest } from '../connector.ts';

/** What templates know a token by: `${field.access_token}`. */
export const accessToken = 'access_token';

/** The names of values that nobody submits: signing in, or an exchange, brings them. */
export function broughtKeys({ oauth, exchange, auth_mode, auth_modes = [auth_mode] }: Manifest): readonly string[] {
  const captured = [...Object.keys(oauth?.captures ?? {}), ...Object.keys(exchange?.captures ?? {})];
  const signsIn = oauth !== undefined || exchange !== undefined || auth_modes.includes('mcp_oauth');
  return signsIn ? [...captured, accessToken] : captured;
}
