import type { OidcConfig } from '../config.ts';
import type { Egress } from '../egress/egress.ts';
import type { Clock } from '../lib/clock.ts';
import type { Storage } from '../storage/storage.ts';
import type { Access, Identity } from './access.ts';
import { sessionCookieName } from './sign-in/better-auth.ts';
import type { PeopleAuth } from './sign-in/better-auth.ts';
import { enterAsPerson, enterOwn } from './enter.ts';
import { createGenerations } from './generations.ts';
import { identify } from './identify.ts';
import { createVerifySigned } from './end-users/signed/verify-signed.ts';
import { createKnownUserTokens } from './end-users/tokens/known-user-tokens.ts';
import type { KnownCredential } from './keys/known-credentials.ts';
import { createKnownKeys } from './keys/known-keys.ts';
import { createLastUsed } from './last-used.ts';
import { revive } from './revive.ts';
import { createVerifyJwt } from './sign-in/verify-jwt.ts';
import type { FetchJson } from './sign-in/verify-jwt.ts';

export interface AccessOptions {
  readonly storage: Storage;
  readonly auth: PeopleAuth;
  readonly clock: Clock;
  readonly oidc: OidcConfig | undefined;
  readonly fetchJson: FetchJson;
}

/** Access with the background work it lives on. */
export interface RunningAccess extends Access {
  /** The generation of a workspace, at most a second old; other rooms keep what they cache under it (R6). */
  generation(workspaceId: string): Promise<number>;
  start(): void;
  stop(): Promise<void>;
}

/** Who is calling us: keys, sessions and tokens of the identity provider. */
export function createAccess(options: AccessOptions): RunningAccess {
  const { storage, auth, clock, oidc, fetchJson } = options;
  const generations = createGenerations(storage, clock);
  const lastUsed = createLastUsed(storage, clock);
  const behind = new WeakMap<Identity, KnownCredential>();
  const verifySigned = createVerifySigned({ storage, clock, publicUrl: auth.publicUrl });
  const parts = {
    storage,
    auth,
    keys: createKnownKeys(storage, generations, clock),
    userTokens: createKnownUserTokens({ storage, generations, clock, verifySigned }),
    verifyJwt: oidc && createVerifyJwt(oidc, { fetchJson, clock }),
    issuer: oidc?.issuer,
    cookieName: sessionCookieName(auth.publicUrl),
  };
  return {
    async identify(credentials) {
      const found = await identify(parts, credentials);
      if (found?.known === undefined) return found?.identity;
      behind.set(found.identity, found.known);
      if (found.known.caller.key) lastUsed.note(found.known.caller.key.id);
      return found.identity;
    },
    async enter(identity, wish) {
      const known = behind.get(identity);
      return known === undefined ? enterAsPerson(storage, identity, wish) : enterOwn(known, wish);
    },
    revive: (principal, workspaceId) => revive({ storage, clock }, principal, workspaceId),
    verifySigned,
    generation: async (workspaceId) => generations.confirmed(workspaceId) ?? generations.confirm(workspaceId),
    start() {
      generations.start();
      lastUsed.start();
    },
    async stop() {
      generations.stop();
      await lastUsed.stop();
    },
  };
}

/** Reads JSON through the guarded door: ten seconds, one MiB, no redirect. Throws where the answer is not a 200. */
export function jsonFetcher(egress: Pick<Egress, 'request'>): FetchJson {
  return async (url) => {
    const { status, body } = await egress.request({ method: 'GET', url, timeoutMs: 10_000, maxBytes: 1_048_576 });
    if (status !== 200) throw new Error(`The identity provider answered with status ${status}.`);
    const value: unknown = JSON.parse(body.toString('utf8'));
    return value;
  };
}
