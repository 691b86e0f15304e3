import type { Answer } from '../../misbehaviour.ts';
import type { Asked } from '../asked.ts';
import type { OauthOptions } from '../emulator.ts';
import { type Grants, issueToken } from '../grants.ts';
import { people, personCalled } from '../people.ts';
import { claimsSignedBy } from '../signed-jwt.ts';

export interface ServiceAccount {
  readonly email: string;
  /** PEM, SPKI. */
  readonly publicKey: string;
}

/** By e-mail address. */
export type ServiceAccounts = Map<string, ServiceAccount>;

interface Parts {
  readonly grants: Grants;
  readonly accounts: ServiceAccounts;
  readonly options: OauthOptions;
}

/** RFC 7523 §2.1: a token for an hour at most, and never a refresh token. `sub` acts for a person. */
export function answerAssertion({ grants, accounts, options }: Parts, { params, url }: Asked): Answer {
  const assertion = params.get('assertion') ?? '';
  const account = [...accounts.values()].find(({ publicKey }) => claimsSignedBy(publicKey, assertion) !== undefined);
  const claims = account && claimsSignedBy(account.publicKey, assertion);
  if (account === undefined || claims?.['iss'] !== account.email) return refused('Invalid JWT Signature.');
  const now = grants.now() / 1000;
  const fits = Number(claims['iat']) <= now + 60 && Number(claims['exp']) > now && Number(claims['exp']) <= now + 3660;
  if (!fits || claims['aud'] !== `${url.origin}/token`)
    return refused('Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe.');
  const scopes = String(claims['scope'] ?? '').split(' ');
  const app = { clientId: account.email, clientSecret: '', name: account.email, redirectUris: [] };
  const person = personCalled(String(claims['sub'] ?? '')) ?? { ...people.ann, email: account.email };
  const { lifetime: seconds = 3599 } = options;
  const grant = { app, person, scopes, ended: false };
  const token = issueToken(grants, { kind: 'access', grant, prefix: 'ya29.c.', seconds });
  return { status: 200, body: { access_token: token.value, expires_in: seconds, token_type: 'Bearer' } };
}

function refused(description: string): Answer {
  return { status: 400, body: { error: 'invalid_grant', error_description: description } };
}
