import type { WorkspaceTrx } from '../../../storage/storage.ts';
import { type Opening, waitingForSignIn } from '../../checking/open-and-check.ts';
import { connectorOf } from '../../connector-of.ts';
import { prepareConnection } from '../../new-connection.ts';
import { plainSettings } from '../../settings/connection-settings.ts';
import { prepareSignIn } from '../begin-sign-in.ts';
import { credentialsOf, type OwnApp } from '../provider/own-app.ts';
import type { SignInWish } from '../send-off.ts';
import type { SignInContext } from '../sign-in-context.ts';

/** A connection that is signed in to, about to exist. */
export interface SignedInOpening extends Opening {
  readonly own: OwnApp | undefined;
}

/** A connection and its first sign-in, to be written together. */
export interface PreparedSignedIn {
  readonly id: string;
  readonly oauthUrl: string;
  /** Runs after the workspace's generation was bumped. */
  readonly insert: (trx: WorkspaceTrx) => Promise<void>;
}

/** Gathers and checks everything for a connection that somebody signs in to: where it cannot be begun, nothing is made. */
export async function prepareSignedIn(
  ctx: SignInContext,
  { own, ...opening }: SignedInOpening,
  wish: SignInWish,
): Promise<PreparedSignedIn> {
  const { authMode, config = {}, settings = plainSettings, loopback = false } = opening;
  const prepared = await prepareConnection(ctx, {
    ...opening,
    app: own && credentialsOf(own.client, own.origins),
    status: 'pending',
    statusReason: waitingForSignIn,
  });
  const { id: connectorId, version: connectorVersion } = opening.connector;
  const connector = await connectorOf(ctx, { connectorId, connectorVersion, authMode, settings });
  const secrets = opening.credentials?.secrets ?? {};
  const target = { id: prepared.id, generation: 1, authMode, config, loopback, connector, secrets, own };
  const signIn = await prepareSignIn(ctx, target, wish);
  return {
    id: prepared.id,
    oauthUrl: signIn.oauthUrl,
    insert: async (trx) => {
      await prepared.insert(trx);
      await signIn.record(trx);
    },
  };
}
