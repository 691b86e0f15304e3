import * as oauth from 'oauth4webapi';
import { EgressError, type EgressRequest } from '../../egress/egress.ts';
import { Secret } from '../../lib/secret.ts';
import { bounds, type OauthDoor } from '../door.ts';
import type { OauthClient, TokenLeg } from '../oauth-server.ts';
import type { Answered, Failed } from '../answers/answered.ts';
import { clientAuthOf } from './client-auth.ts';
import { writeParameters } from './write-parameters.ts';

/** One request to an authorization server. */
export interface Sending {
  readonly leg: TokenLeg;
  /** Who asks; absent: nobody says. */
  readonly client: OauthClient | undefined;
  readonly issuer: string | undefined;
  /** Parameters besides those of the leg. */
  readonly more?: Readonly<Record<string, string>>;
  /** What else the request carries that must not come back in anybody's words. */
  readonly words?: readonly (string | Secret | undefined)[];
}

/** What a request of `oauth4webapi` is made of. */
export interface Parties {
  readonly as: oauth.AuthorizationServer;
  readonly us: oauth.Client;
  readonly auth: oauth.ClientAuth;
  /** What is sent besides what the standard asks for. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly options: oauth.TokenEndpointRequestOptions;
}

/** Has `oauth4webapi` write a request, and sends it as the leg wants it. */
export async function sendTo(
  door: OauthDoor,
  sending: Sending,
  write: (parties: Parties) => Promise<Response>,
): Promise<Answered | Failed> {
  const { leg, client, issuer, more = {} } = sending;
  const auth = clientAuthOf(leg.clientAuth, client);
  if (!auth.ok) return { ok: false, error: 'invalid_client', message: auth.message };
  const secrets = secretsIn(sending);
  const parameters = { ...clear(leg.params), ...more };
  const parties: Parties = {
    as: { issuer: issuer ?? leg.url, token_endpoint: leg.url },
    us: { client_id: client?.clientId ?? 'nobody' },
    auth: auth.auth,
    parameters,
    options: {
      additionalParameters: parameters,
      // Which addresses may be reached, and how, is for the egress to say.
      [oauth.allowInsecureRequests]: true,
      [oauth.customFetch]: fetchAs(leg, door),
    },
  };
  try {
    return { answer: await read(await write(parties)), secrets };
  } catch (error) {
    return failedBy(error);
  }
}

/** Sends a request that we have written ourselves. */
export async function sendOwn(
  door: OauthDoor,
  request: Pick<EgressRequest, 'method' | 'url' | 'headers' | 'body'>,
  secrets: readonly Secret[],
): Promise<Answered | Failed> {
  try {
    return { answer: await read(await throughDoor(door, request)), secrets };
  } catch (error) {
    return failedBy(error);
  }
}

/** What our own rules block is the asker's to change; all else may work later. Anything but a fault of the way is a bug. */
function failedBy(error: unknown): Failed {
  if (!(error instanceof EgressError)) throw error;
  const { problem, message, sent } = error;
  if (problem === 'refused') return { ok: false, error: 'blocked', message };
  return problem === 'too_large' ? { ok: false, error: 'malformed', message } : { unreachable: true, sent, message };
}

function fetchAs(leg: TokenLeg, door: OauthDoor) {
  return (
    url: string,
    { method, headers, body }: oauth.CustomFetchOptions<'POST', URLSearchParams>,
  ): Promise<Response> => {
    const { 'user-agent': _, ...usual } = headers;
    const written = writeParameters(leg.body, url, body);
    return throughDoor(door, { method, ...written, headers: { ...usual, ...clear(leg.headers), ...written.headers } });
  };
}

async function throughDoor(
  { egress, loopback, signal }: OauthDoor,
  request: Pick<EgressRequest, 'method' | 'url' | 'headers' | 'body'>,
): Promise<Response> {
  const answer = await egress.request({ ...request, loopback, signal, ...bounds });
  const { status, body } = answer;
  if (status > 599) throw new EgressError('broken', 'The provider did not answer with valid HTTP.', { sent: true });
  const bodiless = body.length === 0 || status === 204 || status === 205 || status === 304;
  const { 'retry-after': pause } = answer.headers;
  const headers = pause === undefined ? {} : { 'retry-after': pause };
  return new Response(bodiless ? null : new Uint8Array(body), { status, headers });
}

async function read(response: Response): Promise<Answered['answer']> {
  const { status, headers } = response;
  return { status, retryAfter: headers.get('retry-after') ?? undefined, text: await response.text() };
}

function secretsIn({ leg, client, words = [] }: Sending): readonly Secret[] {
  const all = [client?.clientSecret, ...Object.values(leg.params), ...Object.values(leg.headers), ...words];
  const given = words.filter((word) => typeof word === 'string').map((word) => new Secret(word));
  return [...all.filter((each) => each instanceof Secret), ...given];
}

/** The clear text of values, for the request they go into. */
export function clear(values: Readonly<Record<string, string | Secret>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, value instanceof Secret ? value.reveal() : value]),
  );
}
