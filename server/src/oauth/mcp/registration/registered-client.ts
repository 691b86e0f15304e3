import { z } from 'zod';
import { clientAuth } from '../../../catalog/format/oauth.ts';
import type { Egress } from '../../../egress/egress.ts';
import { type Clock, isoTime } from '../../../lib/clock.ts';
import { newId } from '../../../lib/ids.ts';
import { parseJson } from '../../../lib/json.ts';
import { Secret } from '../../../lib/secret.ts';
import type { WorkspaceDb } from '../../../storage/storage.ts';
import { sealedColumn } from '../../../vault/rotation/sealed-column.ts';
import type { Slot, Vault } from '../../../vault/vault.ts';
import type { DiscoveredServer } from '../discovered-server.ts';
import { keepScopes } from '../read-challenge.ts';
import { isStillKnown } from './is-still-known.ts';
import {
  registerClient,
  type RegisteredClient,
  type RegistrationOutcome,
  type RegistrationWish,
} from './register-client.ts';
import { findRegistration, putRegistration, type RegisteredAt, type Registration } from './registration-store.ts';

/** What keeping registrations takes. */
export interface Registrar {
  readonly db: WorkspaceDb;
  readonly vault: Vault;
  readonly egress: Pick<Egress, 'request' | 'check' | 'fetch'>;
  readonly clock: Clock;
}

/** Where, and how it is reached. */
export interface RegisteringWish extends RegistrationWish {
  /** The same as it was discovered. */
  readonly kept: DiscoveredServer;
  readonly loopback: boolean;
}

/** A secret that ends before a person can have signed in is of no use; milliseconds. */
const marginMs = 60 * 60_000;
/** A new sign-in after so long registers anew. What was granted goes on with the client it was granted to. */
const keptMs = 30 * 86_400_000;
/** Nobody asks so soon whether the server still knows us. */
const freshMs = 10 * 60_000;
const timeoutMs = 10_000;

/** Registrations under way in this process, by workspace, issuer and redirect URI. */
const underWay = new Map<string, Promise<RegistrationOutcome>>();

/** The client that the workspace registered at an issuer for a redirect URI, registered now where there is none that counts. */
export async function registeredClient(registrar: Registrar, wish: RegisteringWish): Promise<RegistrationOutcome> {
  const key = JSON.stringify([registrar.db.workspaceId, wish.metadata.issuer, wish.redirectUri]);
  const running = afterwards(underWay.get(key), () => findOrRegister(registrar, wish));
  underWay.set(key, running);
  try {
    return await running;
  } finally {
    if (underWay.get(key) === running) underWay.delete(key);
  }
}

/** One after the other: who comes second finds what the first one registered, or hears why that did not work. */
async function afterwards(
  before: Promise<RegistrationOutcome> | undefined,
  next: () => Promise<RegistrationOutcome>,
): Promise<RegistrationOutcome> {
  const outcome = await before;
  return outcome?.ok === false ? outcome : next();
}

async function findOrRegister(registrar: Registrar, wish: RegisteringWish): Promise<RegistrationOutcome> {
  const at = { issuer: wish.metadata.issuer, redirectUri: wish.redirectUri };
  const kept = await findRegistration(registrar.db, at);
  const known = kept && (await open(registrar, kept));
  if (kept && known && (await counts(registrar, wish, { kept, known }))) return { ok: true, registered: known };
  const { db } = registrar;
  const door = doorOf(registrar, wish);
  const scopes = keepScopes([...wish.scopes, ...(known?.scopes ?? [])]);
  const outcome = await registerClient(door, { ...wish, scopes });
  if (!outcome.ok) return outcome;
  const registration = await seal(registrar, { ...at, registered: { ...outcome.registered, scopes } });
  await db.transact((trx) => putRegistration(trx, registration, kept));
  const winner = await open(registrar, (await findRegistration(db, at)) ?? registration);
  return { ok: true, registered: covers(winner, wish) ? winner : outcome.registered };
}

function doorOf({ egress, clock }: Registrar, { loopback }: RegisteringWish) {
  return { egress, clock, loopback, signal: AbortSignal.timeout(timeoutMs) };
}

/** Whether a kept client will do: it is asked after where it was not registered just now. */
async function counts(
  registrar: Registrar,
  wish: RegisteringWish,
  { kept, known }: { readonly kept: Registration; readonly known: KeptClient },
): Promise<boolean> {
  if (isOver(kept, registrar.clock) || !covers(known, wish)) return false;
  if (Date.parse(kept.createdAt) + freshMs > registrar.clock.now()) return true;
  const { kept: server, redirectUri } = wish;
  return isStillKnown(doorOf(registrar, wish), { registered: known, kept: server, redirectUri });
}

/** A client as it is kept, with the scopes it was registered with. */
interface KeptClient extends RegisteredClient {
  readonly scopes: readonly string[];
}

/** Some servers hold a client to the scopes it was registered with: for more, we register anew. */
function covers({ scopes }: KeptClient, wish: Pick<RegistrationWish, 'scopes'>): boolean {
  return wish.scopes.every((scope) => scopes.includes(scope));
}

function isOver({ expiresAt }: Registration, clock: Clock): boolean {
  return expiresAt !== null && Date.parse(expiresAt) <= clock.now() + marginMs;
}

const content = z.strictObject({
  clientAuth,
  clientSecret: z.string().optional(),
  expiresAt: z.number().optional(),
  scopes: z.array(z.string()),
});

async function seal(
  { db, vault, clock }: Registrar,
  { issuer, redirectUri, registered }: RegisteredAt & { readonly registered: KeptClient },
): Promise<Registration> {
  const { clientId, clientSecret, secretExpiresAt, clientAuth: way, scopes } = registered;
  const id = newId(clock.now());
  const clear = { clientAuth: way, clientSecret: clientSecret?.reveal(), expiresAt: secretExpiresAt, scopes };
  const box = await vault.seal(slotOf(db.workspaceId, id), new Secret(JSON.stringify(clear)));
  const end = Math.min(clock.now() + keptMs, Math.max(clock.now(), secretExpiresAt ?? Number.POSITIVE_INFINITY));
  const times = { expiresAt: new Date(end).toISOString(), createdAt: isoTime(clock) };
  return { id, issuer, redirectUri, clientId, box, ...times };
}

async function open({ db, vault }: Registrar, { id, clientId, box }: Registration): Promise<KeptClient> {
  const opened = await vault.open(slotOf(db.workspaceId, id), box);
  const { clientAuth: way, clientSecret, expiresAt, scopes } = content.parse(parseJson(opened.reveal()));
  return {
    clientId,
    clientSecret: clientSecret === undefined ? undefined : new Secret(clientSecret),
    clientAuth: way,
    secretExpiresAt: expiresAt,
    scopes,
  };
}

function slotOf(workspaceId: string, record: string): Slot {
  return { kind: 'registration', workspaceId, record, field: 'client', generation: 1 };
}

/** Where they lie. */
export const registrationBoxes = sealedColumn({
  table: 'oauth_registrations',
  column: 'box',
  key: ['id'],
  slotOf: (workspaceId, read) => slotOf(workspaceId, read('id')),
});
