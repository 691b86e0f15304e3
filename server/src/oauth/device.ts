import * as oauth from 'oauth4webapi';
import type { OauthDoor } from './door.ts';
import type { OauthClient, OauthServer } from './oauth-server.ts';
import type { Secret } from '../lib/secret.ts';
import type { TokenOutcome } from './token-set.ts';
import { askTokenEndpoint } from './token/ask-token-endpoint.ts';
import { type DeviceOutcome, readDeviceAnswer } from './answers/read-device-answer.ts';
import { sendTo } from './token/send-to.ts';

/** Asks for a code that a person enters in another browser (RFC 8628 §3.1). */
export async function askDeviceCode(
  door: OauthDoor,
  server: OauthServer,
  { client, scopes }: { readonly client: OauthClient; readonly scopes: readonly string[] },
): Promise<DeviceOutcome> {
  const { deviceAuthorizationUrl: url, authorization, rules, resource } = server;
  if (url === undefined)
    return { ok: false, error: 'unsupported', message: 'The provider offers no sign-in by a code for another device.' };
  const parameters = {
    ...(scopes.length > 0 && { [authorization.scopeParam]: scopes.join(rules.scopeSeparator) }),
    ...(resource !== undefined && { resource }),
  };
  const leg = { ...server.code, url, params: {} };
  const answered = await sendTo(door, { leg, client, issuer: server.issuer }, ({ as, us, auth, options }) =>
    oauth.deviceAuthorizationRequest({ ...as, device_authorization_endpoint: url }, us, auth, parameters, options),
  );
  return 'answer' in answered ? readDeviceAnswer(answered, door.clock.now()) : answered;
}

/** Asks whether the person has entered it by now (RFC 8628 §3.4); `slow_down`: wait 5 seconds longer from now on. */
export async function pollDeviceCode(
  door: OauthDoor,
  server: OauthServer,
  { client, deviceCode }: { readonly client: OauthClient; readonly deviceCode: Secret },
): Promise<'pending' | 'slow_down' | TokenOutcome> {
  const outcome = await askTokenEndpoint(
    door,
    { leg: server.code, client, server, words: [deviceCode] },
    ({ as, us, auth, options }) => oauth.deviceCodeGrantRequest(as, us, auth, deviceCode.reveal(), options),
  );
  if (!('error' in outcome)) return outcome;
  if (outcome.error === 'authorization_pending') return 'pending';
  return outcome.error === 'slow_down' ? 'slow_down' : outcome;
}
