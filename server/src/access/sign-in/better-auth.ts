import { betterAuth } from 'better-auth';
import { createAccessControl } from 'better-auth/plugins/access';
import { bearer } from 'better-auth/plugins/bearer';
import { organization } from 'better-auth/plugins/organization';
import type { Clock } from '../../lib/clock.ts';
import { newId } from '../../lib/ids.ts';
import type { Storage } from '../../storage/storage.ts';
import { roles } from '../caller.ts';
import { enterAsPlugin } from './enter-as.ts';
import { recordSession } from './record-session.ts';
import type { SessionChange } from './record-session.ts';
import { createSignInThrottle } from './sign-in-throttle.ts';
import type { SignInThrottle } from './sign-in-throttle.ts';

/** Where Better Auth is told the address of whoever asks; nobody outside can set it (S27). */
export const addressHeader = 'x-plugboard-address';

/** Attempts to sign in per address, and per e-mail. */
export const signInRule = { window: 60, max: 10 };

export const passwordLength = { least: 10, most: 128 };

export interface AuthOptions {
  readonly storage: Storage;
  /** 32 bytes derived from the master key with a label of their own (S2). */
  readonly authSecret: Buffer;
  readonly publicUrl: string;
  readonly clock: Clock;
}

/** People, passwords and sessions, as the rest of this room sees Better Auth. */
export interface PeopleAuth {
  /** The session behind a cookie or bearer header, verified against the database each time (S2: no cookie cache). */
  sessionOf(headers: Headers): Promise<{ readonly id: string; readonly userId: string } | undefined>;
  hashPassword(password: string): Promise<string>;
  /**
   * Opens a session for somebody who has proven elsewhere who they are, and answers the `Set-Cookie` headers that make a
   * browser theirs; none where there is no such person. The headers say whose browser it is (S27).
   */
  enterAs(userId: string, headers: Headers): Promise<readonly string[]>;
  /** Better Auth's whole router: for `handleAuth` alone, which lets its allow-list through. */
  route(request: Request): Promise<Response>;
  /** Every path that router knows. */
  readonly paths: readonly string[];
  readonly throttle: SignInThrottle;
  readonly publicUrl: string;
}

/** Better Auth over our own database handle (R3): invitation only, no cookie cache, nothing sent anywhere (S2). */
export function createPeopleAuth(options: AuthOptions): PeopleAuth {
  const throttle = createSignInThrottle(options.storage, options.clock);
  const auth = openBetterAuth(options, throttle);
  return {
    async sessionOf(headers) {
      const found = await auth.api.getSession({ headers, query: { disableRefresh: true } });
      return found === null ? undefined : { id: found.session.id, userId: found.user.id };
    },
    async enterAs(userId, headers) {
      const { headers: answered } = await auth.api.enterAs({ body: { userId }, headers, returnHeaders: true });
      return answered.getSetCookie();
    },
    hashPassword: async (password) => (await auth.$context).password.hash(password),
    route: (request) => auth.handler(request),
    paths: Object.values(auth.api).flatMap((endpoint) => ('path' in endpoint && endpoint.path ? [endpoint.path] : [])),
    throttle,
    publicUrl: options.publicUrl,
  };
}

function openBetterAuth(options: AuthOptions, throttle: SignInThrottle) {
  return betterAuth({
    ...tableNames,
    appName: 'Plugboard',
    baseURL: options.publicUrl,
    basePath: '/api/auth',
    trustedOrigins: [new URL(options.publicUrl).origin],
    secret: options.authSecret.toString('base64url'),
    database: { db: options.storage.writer, type: options.storage.engine, transaction: false },
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: passwordLength.least,
      maxPasswordLength: passwordLength.most,
    },
    plugins: [bearer(), enterAsPlugin(), workspacesPlugin()],
    rateLimit: {
      enabled: true,
      customStorage: throttle,
      customRules: { '/sign-in/email': signInRule, '/sign-out': false, '/get-session': false },
    },
    advanced: advancedOptions(options),
    databaseHooks: sessionHooks(options),
    logger: { disabled: true },
    onAPIError: { throw: true },
    telemetry: { enabled: false },
  });
}

/** The cookie's name: bound to the host under https, told apart by port otherwise, because cookies ignore ports (S7). */
export function sessionCookieName(publicUrl: string): string {
  return `${cookiePrefix(publicUrl)}.session_token`;
}

/** What the names of our cookies begin with. */
export function cookiePrefix(publicUrl: string): string {
  const { protocol, port } = new URL(publicUrl);
  return protocol === 'https:' ? '__Host-plugboard' : `plugboard-${port || '80'}`;
}

function advancedOptions({ publicUrl, clock }: AuthOptions) {
  const secure = publicUrl.startsWith('https:');
  return {
    cookiePrefix: cookiePrefix(publicUrl),
    useSecureCookies: false,
    defaultCookieAttributes: { secure, httpOnly: true, sameSite: 'lax' as const, path: '/' },
    disableCSRFCheck: false,
    disableOriginCheck: false,
    trustedProxyHeaders: false,
    ipAddress: { ipAddressHeaders: [addressHeader] },
    database: { generateId: () => newId(clock.now()), validateSchema: false },
  };
}

function sessionHooks({ storage, clock }: AuthOptions) {
  const recorded = (type: SessionChange['type']) => async (session: { readonly id: string; readonly userId: string }) =>
    recordSession(storage, clock, { type, userId: session.userId, sessionId: session.id });
  return {
    session: {
      create: { after: recorded('person.signed_in') },
      delete: { after: recorded('person.signed_out') },
    },
  };
}

/** Better Auth knows our roles, but rules on nothing: who may do what is decided behind our own routes. */
function workspacesPlugin() {
  const control = createAccessControl({ workspace: ['enter'] });
  const member = control.newRole({ workspace: ['enter'] });
  return organization({
    ac: control,
    roles: Object.fromEntries(roles.map((role) => [role, member])),
    creatorRole: 'OWNER',
    allowUserToCreateOrganization: false,
    teams: { enabled: true, defaultTeam: { enabled: false } },
    schema: workspaceTableNames,
  });
}

const workspaceTableNames = {
  session: { fields: { activeOrganizationId: 'active_workspace_id', activeTeamId: 'active_crew_id' } },
  organization: { modelName: 'workspaces', fields: { createdAt: 'created_at' } },
  member: {
    modelName: 'members',
    fields: { organizationId: 'workspace_id', userId: 'user_id', createdAt: 'created_at' },
  },
  invitation: {
    modelName: 'invitations',
    fields: {
      organizationId: 'workspace_id',
      teamId: 'crew_id',
      expiresAt: 'expires_at',
      createdAt: 'created_at',
      inviterId: 'inviter_id',
    },
  },
  team: {
    modelName: 'crews',
    fields: {
      organizationId: 'workspace_id',
      memberCount: 'member_count',
      createdAt: 'created_at',
      updatedAt: 'updated_at',
    },
    additionalFields: { slug: { type: 'string' as const, required: true } },
  },
  teamMember: {
    modelName: 'crew_members',
    fields: { teamId: 'crew_id', userId: 'user_id', membershipKey: 'membership_key', createdAt: 'created_at' },
  },
};

const written = { createdAt: 'created_at', updatedAt: 'updated_at' };

const tableNames = {
  user: { modelName: 'people', fields: { emailVerified: 'email_verified', ...written } },
  session: {
    modelName: 'sessions',
    fields: {
      expiresAt: 'expires_at',
      ipAddress: 'ip_address',
      userAgent: 'user_agent',
      userId: 'user_id',
      ...written,
    },
    cookieCache: { enabled: false },
  },
  account: {
    modelName: 'sign_ins',
    fields: {
      accountId: 'account_id',
      providerId: 'provider_id',
      userId: 'user_id',
      accessToken: 'access_token',
      refreshToken: 'refresh_token',
      idToken: 'id_token',
      accessTokenExpiresAt: 'access_token_expires_at',
      refreshTokenExpiresAt: 'refresh_token_expires_at',
      ...written,
    },
    accountLinking: { enabled: false },
    encryptOAuthTokens: true,
  },
  verification: { modelName: 'verifications', fields: { expiresAt: 'expires_at', ...written } },
};
