import { bumpGeneration } from '../../../access/generations.ts';
import type { AuthMode, Connector } from '../../../catalog/connector.ts';
import { Failure } from '../../../errors.ts';
import { findOwn } from '../../connection-store.ts';
import type { Metadata } from '../../metadata/merge-metadata.ts';
import { mayUseLoopback } from '../../values/submitted-values.ts';
import { beginSignIn } from '../begin-sign-in.ts';
import { prepareSignedIn } from './prepare-signed-in.ts';
import { readSignInFields } from '../provider/read-sign-in-fields.ts';
import type { SignInWish } from '../send-off.ts';
import type { SignInContext } from '../sign-in-context.ts';

/** A personal connection that its owner signs in to. */
export interface SignedInWish extends SignInWish {
  readonly connector: Connector;
  readonly authMode: Extract<AuthMode, 'mcp_oauth' | 'byo_oauth'>;
  readonly label: string;
  readonly fields?: unknown;
  /** What an app writes on it. */
  readonly metadata?: Metadata | undefined;
  /** Whether one that is connected already is signed in to anew. Default: it is left alone. */
  readonly anew?: boolean;
}

/** Its id, and the address to open; null where there is nothing to do. */
export interface StartedSignIn {
  readonly id: string;
  readonly oauthUrl: string | null;
}

/** Begins signing in to a new personal connection, or to the one under the same label (004.2). */
export async function startSignedIn(ctx: SignInContext, wish: SignedInWish): Promise<StartedSignIn> {
  for (let attempt = 0; attempt < mostAttempts; attempt += 1) {
    const started = (await takeUp(ctx, wish)) ?? (await startNew(ctx, wish));
    if (started) return started;
  }
  throw new Failure('CONFLICT', 'Somebody else is connecting under this name right now. Try again.');
}

/** Another may come first now and then; then that one is taken up. */
const mostAttempts = 5;

async function takeUp(ctx: SignInContext, wish: SignedInWish): Promise<StartedSignIn | undefined> {
  const own = await findOwn(ctx.db, ownWish(ctx, wish));
  if (own === undefined) return undefined;
  const isLeft = own.status === 'connected' && (wish.anew !== true || own.authMode !== wish.authMode);
  return { id: own.id, oauthUrl: isLeft ? null : await beginSignIn(ctx, own, wish) };
}

function ownWish({ caller }: SignInContext, { connector, label, authMode }: SignedInWish) {
  return { userId: caller.userId, connectorId: connector.id, label, authMode };
}

/** `undefined` where another one under this label has come since. */
async function startNew(ctx: SignInContext, wish: SignedInWish): Promise<StartedSignIn | undefined> {
  const { connector, authMode, label, fields, metadata } = wish;
  const values = readSignInFields(ctx, { connector, authMode }, fields);
  const loopback = mayUseLoopback(ctx, connector);
  const opening = { connector, label, authMode, scope: 'personal', loopback, metadata, ...values } as const;
  const { id, oauthUrl, insert } = await prepareSignedIn(ctx, opening, wish);
  return ctx.db.transact(async (trx) => {
    await bumpGeneration(trx);
    if (await findOwn(trx, ownWish(ctx, wish))) return undefined;
    await insert(trx);
    return { id, oauthUrl };
  });
}
