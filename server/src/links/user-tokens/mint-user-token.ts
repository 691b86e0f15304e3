import { keepEndUsers, type NamedEndUser } from '../../access/end-users/end-user-store.ts';
import { insertUserTokens, type KeptOfToken, type UserToken } from '../../access/end-users/tokens/user-token-store.ts';
import type { Context } from '../../context.ts';
import { Failure } from '../../errors.ts';
import { type Actor, actorOf, appendEvents } from '../../events/append-event.ts';
import { isoTime } from '../../lib/clock.ts';
import { sha256 } from '../../lib/digest.ts';
import { newId, randomToken } from '../../lib/ids.ts';
import { Secret } from '../../lib/secret.ts';
import { writeTogether } from '../write-together.ts';
import { checkNamed } from './named-connections.ts';
import './user-token-events.ts';

/** How long a token may count, in seconds. */
export const tokenLife = { least: 60, usual: 3_600, most: 86_400 } as const;

/** What a token is to be for. */
export interface TokenWish {
  readonly endUser: NamedEndUser;
  /** Ids of connectors: of the end user's own connections only those count. Absent: all. */
  readonly connectors?: readonly string[] | undefined;
  /** Ids of connections of the workspace that are usable with it besides. */
  readonly connections?: readonly string[] | undefined;
  readonly agent?: string | undefined;
  readonly expiresInSeconds?: number | undefined;
  readonly metadata?: Readonly<Record<string, string>> | undefined;
}

export interface MintedToken {
  readonly token: UserToken;
  /** The token itself: shown once, stored nowhere. */
  readonly secret: Secret;
}

type Minting = Pick<Context, 'storage' | 'caller' | 'clock' | 'db' | 'catalog'>;

/**
 * Makes a token that acts for an end user of the app, whom it makes known where nobody has named them yet. It ends with
 * whoever made it: with their key, or when they leave. Throws BAD_REQUEST where it names what it may not.
 */
export async function mintUserToken(ctx: Minting, wish: TokenWish): Promise<MintedToken> {
  const { caller, clock } = ctx;
  checkConnectors(ctx, wish.connectors ?? []);
  await checkNamed(ctx, { ids: wish.connections ?? [], own: true });
  const secret = new Secret(`pbu_${randomToken(32)}`);
  const token = await write(ctx, caller.workspaceId, {
    actor: actorOf(caller),
    endUser: wish.endUser,
    token: {
      id: newId(clock.now()),
      connectors: wish.connectors,
      connections: wish.connections ?? [],
      agent: wish.agent ?? null,
      metadata: wish.metadata ?? {},
      createdBy: caller.principal,
      createdAt: isoTime(clock),
      expiresAt: isoTime(clock, (wish.expiresInSeconds ?? tokenLife.usual) * 1_000),
    },
    kept: {
      hash: sha256(secret.reveal()),
      makerUserId: caller.userId,
      makerKeyId: caller.key?.id,
      lineage: lineageOf(ctx),
    },
  });
  return { token, secret };
}

interface TokenDraft {
  readonly actor: Actor;
  readonly endUser: NamedEndUser;
  readonly token: Omit<UserToken, 'endUser'>;
  readonly kept: KeptOfToken;
}

/** Thousands a second: those of a moment share a transaction. Nothing that is cached changes by them, so no generation does. */
const write = writeTogether<TokenDraft, UserToken>(async (trx, clock, drafts) => {
  const endUsers = await keepEndUsers(
    trx,
    clock,
    drafts.map(({ endUser }) => endUser),
  );
  const byId = new Map(endUsers.map((endUser) => [endUser.externalId, endUser]));
  const made = drafts.flatMap(({ endUser: { id }, ...draft }) => {
    const endUser = byId.get(id);
    return endUser ? [{ ...draft, token: { ...draft.token, endUser } }] : [];
  });
  await insertUserTokens(trx, made);
  await appendEvents(
    trx,
    clock,
    made.map(({ actor, token }) => ({ type: 'user_token.created' as const, actor, ...onRecord(token) })),
  );
  return made.map(({ token }) => token);
});

function onRecord({ id, endUser, connectors, connections, expiresAt }: UserToken) {
  const data = { endUser: endUser.id, connectors: connectors ?? null, connections, expiresAt };
  return { subject: `user_token:${id}`, data };
}

/** The principals that what somebody makes for end users descends from, themselves the last (S3). */
export function lineageOf({ caller }: Pick<Context, 'caller'>): readonly string[] {
  return caller.key?.lineage ?? [caller.principal];
}

function checkConnectors({ catalog }: Pick<Context, 'catalog'>, ids: readonly string[]): void {
  const unknown = ids.find((id) => catalog.find(id) === undefined);
  if (unknown !== undefined)
    throw new Failure(
      'BAD_REQUEST',
      `There is no connector "${unknown}". Take ids from GET /api/v1/connectors, or leave "connectors" out for all.`,
    );
}
