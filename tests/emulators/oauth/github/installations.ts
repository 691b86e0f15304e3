import type { Answer } from '../../misbehaviour.ts';
import { type Asked, bearerIn } from '../asked.ts';
import { type Grants, issueToken } from '../grants.ts';
import { people } from '../people.ts';
import { claimsSignedBy } from '../signed-jwt.ts';

/** A GitHub App that is installed in one place. */
export interface GithubApp {
  readonly clientId: string;
  readonly installationId: string;
  /** PEM, SPKI. */
  readonly publicKey: string;
}

/** By the id of the installation. */
export type Installations = Map<string, GithubApp>;

interface Parts {
  readonly grants: Grants;
  readonly installations: Installations;
}

const permissions = { contents: 'read', issues: 'write', metadata: 'read' };

/** `POST /app/installations/<id>/access_tokens`: a token for an hour against a JWT of the app's key. */
export function answerInstallations({ grants, installations }: Parts, asked: Asked): Answer {
  const id = /^\/app\/installations\/(\d+)\/access_tokens$/.exec(asked.url.pathname)?.[1];
  const app = installations.get(id ?? '');
  if (app === undefined || asked.method !== 'POST') return refused(404, 'Not Found');
  const claims = claimsSignedBy(app.publicKey, bearerIn(asked));
  if (claims === undefined) return refused(401, 'A JSON web token could not be decoded');
  const fault = faultOf(claims, app, grants.now() / 1000);
  if (fault !== undefined) return refused(401, fault);
  const owner = { clientId: app.clientId, clientSecret: '', name: 'GitHub App', redirectUris: [] };
  const grant = { app: owner, person: people.ann, scopes: ['installation'], ended: false };
  const token = issueToken(grants, { kind: 'access', grant, prefix: 'ghs_', seconds: 3600 });
  const expiresAt = new Date(token.expiresAt ?? 0).toISOString().replace('.000Z', 'Z');
  const body = { token: token.value, expires_at: expiresAt, permissions, repository_selection: 'all' };
  return { status: 201, body };
}

function faultOf(claims: Readonly<Record<string, unknown>>, app: GithubApp, now: number): string | undefined {
  const [issuedAt, endsAt] = [Number(claims['iat']), Number(claims['exp'])];
  if (claims['iss'] !== app.clientId) return 'Integration not found';
  if (!Number.isInteger(issuedAt) || issuedAt > now + 60)
    return "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued";
  if (!(endsAt > now)) return "'Expiration time' claim ('exp') must be a numeric value representing the future time";
  return endsAt > now + 660 ? "'Expiration time' claim ('exp') is too far in the future" : undefined;
}

function refused(status: number, message: string): Answer {
  return { status, body: { message, documentation_url: 'https://docs.github.com/rest' } };
}
