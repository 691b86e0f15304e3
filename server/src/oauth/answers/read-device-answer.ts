import * as oauth from 'oauth4webapi';
import { Secret } from '../../lib/secret.ts';
import { explainFailure } from './explain-failure.ts';
import { readAnswer } from './read-answer.ts';
import type { Answered, Failed } from './answered.ts';

/** What a person needs to sign in at another browser, and what we ask with meanwhile. */
export interface DeviceCode {
  readonly deviceCode: Secret;
  readonly userCode: string;
  /** http or https. */
  readonly verificationUri: string;
  /** With the code in it; absent where the provider offers none. */
  readonly verificationUriComplete: string | undefined;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
  /** Milliseconds to wait between two questions. */
  readonly intervalMs: number;
}

export type DeviceOutcome = { readonly ok: true; readonly device: DeviceCode } | Failed;

/** Reads the answer of a device authorization endpoint (RFC 8628 §3.2). Pure. */
export async function readDeviceAnswer(answered: Answered, now: number): Promise<DeviceOutcome> {
  const said = readAnswer(answered.answer);
  const { status } = answered.answer;
  if (status < 200 || status > 299 || typeof said === 'string' || typeof said['error'] === 'string')
    return explainFailure(answered, said, { now });
  const found = await checked(said);
  if (found === undefined) return malformed;
  const { device_code, user_code, verification_uri, verification_uri_complete, expires_in, interval = 5 } = found;
  if (!isWeb(verification_uri) || !/^[\x20-\x7e]{1,64}$/.test(user_code)) return malformed;
  const complete = verification_uri_complete !== undefined && isWeb(verification_uri_complete);
  return {
    ok: true,
    device: {
      deviceCode: new Secret(device_code),
      userCode: user_code,
      verificationUri: verification_uri,
      verificationUriComplete: complete ? verification_uri_complete : undefined,
      expiresAt: now + Math.min(expires_in, 3600) * 1000,
      intervalMs: Math.min(Math.max(interval, 1), 60) * 1000,
    },
  };
}

const malformed: Failed = {
  ok: false,
  error: 'malformed',
  message: 'The provider answered without a code that a person could enter.',
};

async function checked(
  said: Readonly<Record<string, unknown>>,
): Promise<oauth.DeviceAuthorizationResponse | undefined> {
  const { verification_uri = said['verification_url'], expires_in = 900, interval, ...others } = said;
  const standard = {
    ...others,
    verification_uri,
    expires_in,
    ...(Number(interval) > 0 && { interval: Number(interval) }),
  };
  try {
    return await oauth.processDeviceAuthorizationResponse(
      { issuer: 'any' },
      { client_id: 'any' },
      Response.json(standard),
    );
  } catch (error) {
    if (error instanceof oauth.OperationProcessingError) return undefined;
    throw error;
  }
}

function isWeb(address: string): boolean {
  const url = URL.parse(address);
  return url !== null && /^https?:$/.test(url.protocol);
}
