import { z } from 'zod';
import { parseJson } from '../../lib/json.ts';
import { Secret } from '../../lib/secret.ts';
import { discoveredServerSchema } from '../../oauth/mcp/discovered-server.ts';
import { sealedColumn } from '../../vault/rotation/sealed-column.ts';
import type { Vault } from '../../vault/vault.ts';
import type { Opening } from '../open-credentials.ts';
import type { GrantSecrets } from './grant.ts';
import { findGrant, type GrantTimes, type SealedGrant } from './grant-store.ts';
import { renewalTime } from './renewal-time.ts';

/** A token that was just handed out, and what renews it. Times in milliseconds since the epoch. */
export interface NewGrant {
  readonly secrets: GrantSecrets;
  readonly obtainedAt: number;
  /** Absent where nobody knows when the token is over. */
  readonly expiresAt: number | undefined;
  /** Seconds, as the manifest says (`renew_before`). */
  readonly renewBefore?: number | undefined;
}

/** Which grant of which connection. */
export interface GrantOwner {
  readonly workspaceId: string;
  readonly connectionId: string;
  readonly version: number;
}

/** Far enough ahead of the version there is that no renewal under way reaches it: that one is refused, and this one counts. */
const ahead = 100;

/** Seals what somebody has signed in with, to be put with `putGrant` in the transaction that makes it count. Not inside one (R3). */
export async function sealGrant(opening: Opening, connectionId: string, grant: NewGrant): Promise<SealedGrant> {
  const before = await findGrant(opening.db, connectionId);
  const version = before === undefined ? 1 : before.version + ahead;
  const owner = { workspaceId: opening.db.workspaceId, connectionId, version };
  return { connectionId, version, box: await sealSecrets(opening.vault, owner, grant.secrets), ...timesOf(grant) };
}

/** Seals what renews a token under one version of it. */
export function sealSecrets(vault: Vault, owner: GrantOwner, secrets: GrantSecrets): Promise<string> {
  return vault.seal(slotOf(owner), new Secret(JSON.stringify(inClear(secrets))));
}

/** Throws VaultError where the box was moved or altered. */
export async function openGrant(
  { vault, db }: Opening,
  { connectionId, version, box }: Pick<SealedGrant, 'connectionId' | 'version' | 'box'>,
): Promise<GrantSecrets> {
  const opened = await vault.open(slotOf({ workspaceId: db.workspaceId, connectionId, version }), box);
  return stored.parse(parseJson(opened.reveal()));
}

/** When a token was handed out, is over, and is renewed. */
export function timesOf({ secrets, obtainedAt, expiresAt, renewBefore }: NewGrant): GrantTimes {
  const lasting = secrets.kind === 'code' && secrets.refreshToken === undefined;
  return {
    obtainedAt,
    expiresAt,
    renewAt: lasting ? expiresAt : renewalTime({ obtainedAt, expiresAt, renewBefore }, Math.random()),
  };
}

function slotOf({ workspaceId, connectionId, version }: GrantOwner) {
  return { kind: 'credential', workspaceId, record: connectionId, field: 'grant', generation: version } as const;
}

const secret = z.string().transform((text) => new Secret(text));

const client = z.strictObject({
  source: z.enum(['connection', 'workspace', 'environment', 'registration', 'metadata', 'configured', 'given']),
  clientId: z.string(),
  clientSecret: secret.optional(),
});

const stored = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('code'),
    refreshToken: secret.optional(),
    client: client.optional(),
    server: discoveredServerSchema.optional(),
    origins: z.array(z.string()),
    scopes: z.array(z.string()),
  }),
  z.strictObject({ kind: z.literal('exchange') }),
]);

function inClear(secrets: GrantSecrets): object {
  if (secrets.kind === 'exchange') return secrets;
  return {
    ...secrets,
    refreshToken: secrets.refreshToken?.reveal(),
    client: secrets.client && { ...secrets.client, clientSecret: secrets.client.clientSecret?.reveal() },
  };
}

/** Where they lie. */
export const grantBoxes = sealedColumn({
  table: 'grants',
  column: 'box',
  key: ['connection_id'],
  further: ['version'],
  slotOf: (workspaceId, read) =>
    slotOf({ workspaceId, connectionId: read('connection_id'), version: Number(read('version')) }),
});
