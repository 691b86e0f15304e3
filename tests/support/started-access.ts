import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import type { Credentials } from '../../server/src/access/access.ts';
import type { Acting } from '../../server/src/access/acting.ts';
import { createPeopleAuth, type PeopleAuth } from '../../server/src/access/sign-in/better-auth.ts';
import type { Caller, Role } from '../../server/src/access/caller.ts';
import { createAccess, type RunningAccess } from '../../server/src/access/create-access.ts';
import { firstStart } from '../../server/src/access/start/first-start.ts';
import { type AuthAnswer, handleAuth } from '../../server/src/access/sign-in/handle-auth.ts';
import { mintKey } from '../../server/src/access/keys/api-keys.ts';
import type { KeyWish } from '../../server/src/access/keys/decide-mint.ts';
import type { FetchJson } from '../../server/src/access/sign-in/verify-jwt.ts';
import { acceptInvitation } from '../../server/src/access/workspaces/people/accept-invitation.ts';
import { createInvitation } from '../../server/src/access/workspaces/people/invitations.ts';
import type { OidcConfig } from '../../server/src/config.ts';
import type { Clock } from '../../server/src/lib/clock.ts';
import { randomToken } from '../../server/src/lib/ids.ts';
import { Secret } from '../../server/src/lib/secret.ts';
import type { Storage } from '../../server/src/storage/storage.ts';

/** A clock that stands still until it is moved. */
export interface MovableClock extends Clock {
  move(ms: number): void;
}

export function movableClock(): MovableClock {
  let now = Date.now();
  return {
    now: () => now,
    move(ms) {
      now += ms;
    },
  };
}

export const publicUrl = 'http://localhost:7400';
export const password = 'correct horse battery';

/** An installation after its first start, with real people, keys and sessions. */
export interface StartedAccess {
  readonly storage: Storage;
  readonly clock: MovableClock;
  readonly auth: PeopleAuth;
  readonly access: RunningAccess;
  /** The first admin key. */
  readonly adminKey: string;
  /** The operator with that key. */
  readonly first: Acting;
  /** Signs in with a password; the address counts for throttling. */
  signIn(email: string, options?: SignInOptions): Promise<AuthAnswer>;
  /** Somebody who accepted an invitation with this role, in a session of their own. */
  person(role: Role, email?: string): Promise<Acting>;
  /** A caller with a key that was minted by somebody, and the key. */
  keyOf(minter: Acting, wish?: Partial<KeyWish>): Promise<{ readonly acting: Acting; readonly text: string }>;
  /** The caller behind credentials, in their only workspace or the one named. */
  enter(credentials: Partial<Credentials>, named?: string): Promise<Caller>;
}

export interface SignInOptions {
  readonly password?: string;
  readonly address?: string;
  readonly origin?: string;
}

export interface StartOptions {
  readonly clock?: MovableClock;
  readonly oidc?: OidcConfig;
  readonly fetchJson?: FetchJson;
}

/** Starts a new installation on an empty database. */
export async function startedAccess(storage: Storage, options: StartOptions = {}): Promise<StartedAccess> {
  const clock = options.clock ?? movableClock();
  const auth = createPeopleAuth({ storage, authSecret: randomBytes(32), publicUrl, clock });
  const adminKey = `pb_${randomToken()}`;
  const onWorkspaceCreated = async () => undefined;
  await firstStart({ storage, clock, adminKey: new Secret(adminKey), dataDir: tmpdir(), onWorkspaceCreated });
  const noNetwork: FetchJson = async () => Promise.reject(new Error('There is no identity provider.'));
  const access = createAccess({ storage, auth, clock, oidc: options.oidc, fetchJson: options.fetchJson ?? noNetwork });
  const enter = entering(access);
  const actingAs = (caller: Caller): Acting => ({ caller, db: storage.workspace(caller.workspaceId), clock });
  const first = actingAs(await enter({ apiKey: adminKey }));
  const signIn = signingIn(auth);
  return {
    storage,
    clock,
    auth,
    access,
    adminKey,
    first,
    enter,
    signIn,
    async person(role, email = `${randomToken(6).toLowerCase()}@example.com`) {
      const { token } = await createInvitation(first, { email, role });
      await acceptInvitation(
        { storage, clock, auth },
        { token: token.reveal(), name: email, password: new Secret(password) },
      );
      const { setCookies } = await signIn(email, { address: `10.0.${randomBytes(1)[0]}.${randomBytes(1)[0]}` });
      return actingAs(await enter({ cookie: cookieOf(setCookies) }));
    },
    async keyOf(minter, wish = {}) {
      const { secret } = await mintKey(minter, { name: 'A key', kind: 'agent', ...wish });
      return { acting: actingAs(await enter({ apiKey: secret.reveal() })), text: secret.reveal() };
    },
  };
}

/** What a browser sends back for the cookies it was given. */
export function cookieOf(setCookies: readonly string[]): string {
  return setCookies.map((cookie) => cookie.split(';')[0]).join('; ');
}

function signingIn(auth: PeopleAuth): StartedAccess['signIn'] {
  return (email, options = {}) =>
    handleAuth(auth, {
      method: 'POST',
      path: '/sign-in/email',
      headers: { origin: options.origin },
      body: { email, password: options.password ?? password },
      address: options.address ?? '192.0.2.1',
    });
}

function entering(access: RunningAccess): StartedAccess['enter'] {
  return async (credentials, named) => {
    const identity = await access.identify({
      authorization: undefined,
      apiKey: undefined,
      cookie: undefined,
      ...credentials,
    });
    if (identity === undefined) throw new Error('Nobody.');
    return access.enter(identity, { named });
  };
}
