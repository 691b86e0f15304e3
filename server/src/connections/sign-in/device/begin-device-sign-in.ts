import { bumpGeneration } from '../../../access/generations.ts';
import { Failure } from '../../../errors.ts';
import { enqueue } from '../../../jobs/enqueue.ts';
import { newId } from '../../../lib/ids.ts';
import { askDeviceCode } from '../../../oauth/device.ts';
import { sealHandshake } from '../../../oauth/handshakes/handshake-box.ts';
import type { NewHandshake } from '../../../oauth/handshakes/handshake-store.ts';
import type { DeviceCode } from '../../../oauth/answers/read-device-answer.ts';
import type { Connection } from '../../connection.ts';
import { beginning, recordBegun, requireUnchanged, targetOf, waitAgain } from '../begin-sign-in.ts';
import { signInServer, type SignInServer, type SignInTarget } from '../provider/sign-in-server.ts';
import { goesStraight, keptOf, type SignInWish } from '../send-off.ts';
import { doorOf, type SignInContext } from '../sign-in-context.ts';

declare module '../../../jobs/jobs.ts' {
  interface JobTypes {
    'connection.poll_sign_in': { readonly handshakeId: string };
  }
}

/** What somebody types in at the provider, and where. */
export type ShownDevice = Pick<
  DeviceCode,
  'userCode' | 'verificationUri' | 'verificationUriComplete' | 'intervalMs'
> & {
  /** In milliseconds from now. */
  readonly expiresInMs: number;
};

/**
 * Begins signing in by a code that is typed in at another browser (RFC 8628). Anybody could be talked into typing one, so it is
 * for who is signed in here, or for a key with `oauth:direct`. Throws FORBIDDEN for others and BAD_REQUEST where the provider
 * has no such way.
 */
export async function beginDeviceSignIn(
  ctx: SignInContext,
  connection: Connection,
  wish: Pick<SignInWish, 'confirmsAccount'>,
): Promise<ShownDevice> {
  if (!goesStraight(ctx.caller)) throw new Failure('FORBIDDEN', forPeople);
  const target = await targetOf(ctx, connection);
  const found = await signInServer(ctx, target);
  const device = await codeFrom(ctx, found);
  const handshake = await handshakeOf(ctx, { target, found, device, wish });
  await ctx.db.transact(async (trx) => {
    await bumpGeneration(trx);
    await requireUnchanged(trx, connection);
    await recordBegun(trx, ctx, { handshake, connector: target.connector });
    await waitAgain(trx, ctx, connection);
    const { id } = handshake;
    const job = { kind: 'connection.poll_sign_in', payload: { handshakeId: id }, uniqueKey: id } as const;
    await enqueue(trx, ctx.clock, { ...job, delayMs: device.intervalMs });
  });
  return { ...device, expiresInMs: device.expiresAt - ctx.clock.now() };
}

const forPeople =
  'A sign-in by code is begun by a signed-in person or a key with the scope oauth:direct. Others open oauthUrl in a browser.';

async function codeFrom(ctx: SignInContext, { server, client, scopes, loopback }: SignInServer): Promise<DeviceCode> {
  const answer = await askDeviceCode(doorOf(ctx, loopback), server, { client, scopes });
  if ('device' in answer) return answer.device;
  throw new Failure('unreachable' in answer ? 'PROVIDER_UNAVAILABLE' : 'BAD_REQUEST', answer.message);
}

interface Asked {
  readonly target: SignInTarget;
  readonly found: SignInServer;
  readonly device: DeviceCode;
  readonly wish: Pick<SignInWish, 'confirmsAccount'>;
}

async function handshakeOf(ctx: SignInContext, { target, found, device, wish }: Asked): Promise<NewHandshake> {
  const { caller, clock, vault } = ctx;
  const owner = { id: newId(clock.now()), workspaceId: caller.workspaceId, generation: target.generation };
  const asked = { scopes: [...found.scopes], selectAccount: false, ...wish };
  const held = { ...keptOf(found), ...asked, intervalMs: device.intervalMs };
  return {
    ...beginning(ctx, owner, target),
    kind: 'device',
    binding: caller.via === 'key' ? 'direct' : 'person',
    status: 'waiting',
    box: await sealHandshake(vault, owner, { stage: 'device', ...held, deviceCode: device.deviceCode.reveal() }),
    expiresAt: new Date(device.expiresAt).toISOString(),
  };
}
