import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import type { Access, Identity } from '../../server/src/access/access.ts';
import { createPeopleAuth } from '../../server/src/access/sign-in/better-auth.ts';
import { type Caller, type Role, type Scope, scopes } from '../../server/src/access/caller.ts';
import { createErrands } from '../../server/src/calls/errands.ts';
import type { CallLog } from '../../server/src/calls/call-log.ts';
import { createCatalog } from '../../server/src/catalog/catalog.ts';
import type { Config } from '../../server/src/config.ts';
import type { App } from '../../server/src/context.ts';
import type { Egress } from '../../server/src/egress/egress.ts';
import { createLimits } from '../../server/src/egress/limits/limits.ts';
import { Failure } from '../../server/src/errors.ts';
import { systemClock } from '../../server/src/lib/clock.ts';
import { newId } from '../../server/src/lib/ids.ts';
import { openStorage } from '../../server/src/storage/open-storage.ts';
import type { KeyRotation } from '../../server/src/vault/rotation/create-key-rotation.ts';
import type { Vault } from '../../server/src/vault/vault.ts';
import { afterFile } from './after-file.ts';

/** The configuration of a default installation on one machine. */
export const bareConfig: Config = {
  host: '127.0.0.1',
  port: 7400,
  publicUrl: 'http://localhost:7400',
  dataDir: join(tmpdir(), 'plugboard-nowhere'),
  databaseUrl: undefined,
  masterKeys: [],
  adminKey: undefined,
  egressAllow: [],
  catalogDirs: [],
  stdio: undefined,
  filesDir: undefined,
  secretFiles: [],
  callsRetentionMs: 30 * 86_400_000,
  strictAudit: false,
  insecureHttp: false,
  trustProxy: [],
  oidc: undefined,
  smtpUrl: undefined,
  rateLimit: 'off',
  oauthApps: new Map(),
};

/** Headers of a request that reaches the bare app with this key. */
export function withKey(key: string): Record<string, string> {
  return { host: 'localhost:7400', authorization: `Bearer ${key}` };
}

/** An app with a real database and nobody behind it: for tests of the edge alone. */
export async function bareApp(parts: Partial<App> = {}): Promise<App> {
  const dataDir = mkdtempSync(join(tmpdir(), 'plugboard-bare-'));
  const storage = await openStorage({ databaseUrl: undefined, dataDir });
  afterFile(async () => {
    await storage.close();
    rmSync(dataDir, { recursive: true, force: true });
  });
  return {
    config: bareConfig,
    clock: systemClock,
    log: pino({ level: 'silent' }),
    storage,
    vault: noVault,
    keyRotation: noRotation,
    access: fixedAccess({}),
    auth: createPeopleAuth({
      storage,
      authSecret: Buffer.alloc(32),
      publicUrl: bareConfig.publicUrl,
      clock: systemClock,
    }),
    catalog: createCatalog([]),
    egress: noEgress,
    limits: createLimits({ storage, clock: systemClock, log: pino({ level: 'silent' }) }),
    calls: noCalls,
    waitingCalls: { wait: () => undefined, tell: () => undefined, release: () => undefined },
    voidWaiting: absent,
    errands: createErrands(),
    deadline: new AbortController().signal,
    schemas: { validatorFor: absent, close: async () => undefined },
    mcp: { use: absent, has: () => false, drop: () => undefined, close: async () => undefined },
    sqlite: { run: absent, close: () => undefined },
    localServers: { start: absent, close: async () => undefined },
    looks: { isDue: () => false, looked: () => undefined },
    ...parts,
  };
}

/** What a fixed credential stands for. */
export interface Fixed {
  readonly role?: Role;
  readonly scopes?: readonly Scope[];
  readonly operator?: boolean;
  readonly ambient?: boolean;
}

export const onlyWorkspace = newId();

/** Access where every key, or cookie, is listed beforehand and there is one workspace. */
export function fixedAccess(known: Readonly<Record<string, Fixed>>): Access {
  const identities = new Map<Identity, Fixed>();
  return {
    identify: async ({ authorization, apiKey, cookie }) => {
      const text = authorization?.replace('Bearer ', '') ?? apiKey ?? cookie ?? '';
      const fixed = known[text];
      if (fixed === undefined) return undefined;
      const identity: Identity = {
        via: 'key',
        principal: `key:${text}`,
        userId: newId(),
        ambient: fixed.ambient ?? false,
      };
      identities.set(identity, fixed);
      return identity;
    },
    enter: async (identity, { named }) => {
      if (named !== undefined && named !== onlyWorkspace) throw new Failure('FORBIDDEN', 'No member.');
      return callerOf(identity, identities.get(identity) ?? {});
    },
    revive: async () => undefined,
    verifySigned: async () => undefined,
  };
}

function callerOf({ via, principal, userId }: Identity, fixed: Fixed): Caller {
  return {
    via,
    principal,
    userId,
    workspaceId: onlyWorkspace,
    role: fixed.role ?? 'OWNER',
    scopes: new Set(fixed.scopes ?? scopes),
    crews: new Set(),
    operator: fixed.operator ?? false,
    key: undefined,
  };
}

async function absent(): Promise<never> {
  throw new Error('The bare app has no such part.');
}

const noVault: Vault = {
  createWorkspaceKey: absent,
  seal: absent,
  open: absent,
  derive: () => Buffer.alloc(32),
  forget: () => undefined,
};

const noRotation: KeyRotation = {
  begin: absent,
  state: absent,
  masterKeyIds: () => [],
  task: { name: 'nothing', everyMs: 60_000, run: absent },
};

const noEgress: Egress = {
  request: absent,
  stream: absent,
  connect: absent,
  fetch: () => absent,
  check: absent,
  of: () => noEgress,
  close: async () => undefined,
};

const noCalls: CallLog = {
  record: absent,
  begin: absent,
  finish: absent,
  flush: async () => undefined,
  close: async () => undefined,
};
