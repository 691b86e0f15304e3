import type { EndUser, NamedEndUser } from '../../access/end-users/end-user-store.ts';
import type { Context } from '../../context.ts';
import { actorOf } from '../../events/append-event.ts';
import { isoTime } from '../../lib/clock.ts';
import { digestOf } from '../../lib/digest.ts';
import { newId } from '../../lib/ids.ts';
import type { LinkPurpose } from './connect-link.ts';
import { findAlike } from './link-store.ts';
import { hashOfToken, linkAddress, linkToken } from './link-token.ts';
import { type LinkDraft, writeLink } from './making/write-links.ts';

/** How long a link may wait to be opened, in seconds. */
export const linkLife = { least: 60, usual: 900, most: 86_400 } as const;

/** What a link is to be for. */
export interface LinkWish {
  readonly endUser: Pick<EndUser, 'id'>;
  readonly purpose: LinkPurpose;
  /** Ids; absent: all that are available. */
  readonly connectors?: readonly string[] | undefined;
  /** To sign in to anew. */
  readonly connectionId?: string | undefined;
  readonly approvalId?: string | undefined;
  /** To be granted besides what was. */
  readonly scopes?: readonly string[] | undefined;
  /** On a registered origin: whoever takes it from outside checks that. */
  readonly returnUrl?: string | undefined;
  /** Default: 15 minutes. */
  readonly expiresInSeconds?: number | undefined;
  readonly metadata?: Readonly<Record<string, string>> | undefined;
  readonly locale?: string | undefined;
}

/** The same for an end user whom an app names, known or not. */
export type NamedLinkWish = Omit<LinkWish, 'endUser'> & { readonly endUser: NamedEndUser };

/** A link that can be handed out; its address works once. */
export interface MadeLink {
  readonly id: string;
  readonly url: string;
  readonly expiresAt: string;
}

/** What making a link takes of a request. */
export type LinkMaking = Pick<Context, 'storage' | 'vault' | 'clock' | 'config' | 'caller'>;

/** Makes a link for an end user who is known. Whether it may be made, and leads where it may, is its caller's business. */
export function createConnectLink(ctx: LinkMaking, { endUser, ...wish }: LinkWish): Promise<MadeLink> {
  return make(ctx, { ...wish, endUser: { row: endUser.id } });
}

/** Makes a link, and the end user with it where the app names them for the first time. */
export function createNamedLink(ctx: LinkMaking, wish: NamedLinkWish): Promise<MadeLink> {
  return make(ctx, wish);
}

/** Seconds that a link handed out again has left at least. */
const leftAtLeast = 300;

/**
 * A link for exactly this; one that nobody has opened is handed out again, so that asking in a loop writes nothing. What it
 * is for alone tells them apart.
 */
export async function offerConnectLink(ctx: LinkMaking & Pick<Context, 'db'>, wish: LinkWish): Promise<MadeLink> {
  const { endUser, purpose, connectors, connectionId, approvalId, scopes = [] } = wish;
  const sameAs = digestOf([endUser.id, purpose, connectors ?? null, connectionId ?? null, approvalId ?? null, scopes]);
  const alike = await findAlike(ctx.db, sameAs, isoTime(ctx.clock, leftAtLeast * 1000));
  if (alike === undefined) return make(ctx, { ...wish, endUser: { row: endUser.id } }, sameAs);
  const { id, expiresAt } = alike;
  return { id, url: linkAddress(ctx.config, linkToken(ctx.vault, id)), expiresAt };
}

type AnyWish = Omit<LinkWish, 'endUser'> & { readonly endUser: LinkDraft['endUser'] };

async function make(ctx: LinkMaking, wish: AnyWish, sameAs: string | null = null): Promise<MadeLink> {
  const { caller, clock, vault, config } = ctx;
  const id = newId(clock.now());
  const token = linkToken(vault, id);
  const row = { ...rowOf(ctx, wish), id, token_hash: hashOfToken(token), same_as: sameAs };
  const { endUser, purpose, connectors = null } = wish;
  await writeLink(ctx, caller.workspaceId, { actor: actorOf(caller), endUser, purpose, connectors, row });
  return { id, url: linkAddress(config, token), expiresAt: row.expires_at };
}

/** Who makes a link: a caller, or the key set that signed it. */
export type LinkMaker = Pick<Context['caller'], 'principal'> & Partial<Pick<Context['caller'], 'key' | 'endUser'>>;

/** What every new link says besides its id and its token. */
export function rowOf(
  { caller, clock }: { readonly caller: LinkMaker; readonly clock: Context['clock'] },
  { connectionId, approvalId, scopes, returnUrl, expiresInSeconds, metadata, locale }: Omit<LinkWish, 'endUser'>,
) {
  return {
    connection_id: connectionId ?? null,
    approval_id: approvalId ?? null,
    scopes: JSON.stringify(scopes ?? []),
    return_url: returnUrl ?? null,
    metadata: JSON.stringify(metadata ?? {}),
    locale: locale ?? null,
    created_by: caller.principal,
    lineage: JSON.stringify(caller.key?.lineage ?? caller.endUser?.lineage ?? [caller.principal]),
    created_at: isoTime(clock),
    expires_at: isoTime(clock, (expiresInSeconds ?? linkLife.usual) * 1000),
    opener_origin: null,
    session_hash: null,
    session_until: null,
    opened_at: null,
    finished_at: null,
    revoked_at: null,
  };
}
