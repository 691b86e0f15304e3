import type { TemplateValues } from '../../catalog/templates/evaluate.ts';
import { parseJsonTemplate, referencesInJson } from '../../catalog/templates/json-template.ts';
import type { Secret } from '../../lib/secret.ts';
import type { Answered, Failed } from '../answers/answered.ts';
import type { OauthDoor } from '../door.ts';
import type { OauthClient, OwnRevocation } from '../oauth-server.ts';
import { basicProof } from './client-auth.ts';
import { sendOwn } from './send-to.ts';
import { writeRequest, type WrittenRequest } from './write-request.ts';

/** What a connection was granted, and whom to. */
export interface Revoked {
  readonly client: OauthClient;
  readonly refreshToken?: Secret | undefined;
  readonly accessToken?: Secret | undefined;
}

/** Asks a provider in its own way to end what it granted: one request, with the tokens that the manifest puts into it. */
export async function sendRevocation(
  door: OauthDoor,
  { request, values }: OwnRevocation,
  revoked: Revoked,
): Promise<Answered | Failed> {
  const known = { ...values, field: { ...values.field, ...fieldsOf(revoked) } };
  if (lacks(request, known)) return refused('The connection holds no token that could be revoked.');
  const written = writeRequest(request, known);
  if (!written.ok) return refused(written.message);
  const { client, refreshToken, accessToken } = revoked;
  const proof = proofOf(request.proof, revoked);
  const secrets = [client.clientSecret, refreshToken, accessToken].filter((secret) => secret !== undefined);
  return sendOwn(door, proven(written.request, proof), secrets);
}

function fieldsOf({ client, refreshToken, accessToken }: Revoked) {
  const { clientId, clientSecret } = client;
  return { client_id: clientId, client_secret: clientSecret, refresh_token: refreshToken, access_token: accessToken };
}

/** Without what it is about, a request could mean anything. */
function lacks(
  { proof, url, headers, query, body }: OwnRevocation['request'],
  { field = {} }: TemplateValues,
): boolean {
  const named = new Set(referencesInJson(parseJsonTemplate({ url, headers, query, body })).map(({ name }) => name));
  const tokens = ['access_token', 'refresh_token'].filter((key) => named.has(`field.${key}`));
  const needed = proof === 'token' ? [...tokens, 'access_token'] : tokens;
  return needed.some((key) => field[key] === undefined);
}

function proofOf(proof: OwnRevocation['request']['proof'], { client, accessToken }: Revoked): string | undefined {
  if (proof === 'client') return basicProof(client);
  return proof === 'token' ? `Bearer ${accessToken?.reveal()}` : undefined;
}

function proven(request: WrittenRequest, authorization: string | undefined): WrittenRequest {
  return authorization === undefined ? request : { ...request, headers: { ...request.headers, authorization } };
}

function refused(message: string): Failed {
  return { ok: false, error: 'invalid_request', message };
}
