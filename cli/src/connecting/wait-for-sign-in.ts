import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection, Plugboard } from '../../../sdk/src/index.ts';
import { isInteractive } from '../asking/ask.ts';
import { openInBrowser } from '../asking/open-in-browser.ts';
import { sayBeside, spin } from '../asking/spin.ts';
import { exitCodes } from '../exit-codes.ts';
import { Failed } from '../show-error.ts';
import { plain, writeError } from '../terminal.ts';

/** How somebody signs in to the provider. */
export interface SignInWish {
  /** The page to open. */
  readonly oauthUrl: string | null;
  /** By a code in another browser instead. */
  readonly device: boolean;
  /** Whether a browser is opened here, where there is one. */
  readonly browser: boolean;
  /** The most that is waited, in milliseconds. */
  readonly patienceMs: number;
}

const pauseMs = 1_000;

/**
 * Says where somebody signs in, and resolves to the connection once they have. Throws `Failed` where it comes to nothing (7
 * where that person said no) or nobody does it in time (6).
 */
export async function waitForSignIn(plugboard: Plugboard, before: Connection, wish: SignInWish): Promise<Connection> {
  const { reason, lastsMs } = await sayWhere(plugboard, before, wish);
  const endsAt = performance.now() + Math.min(wish.patienceMs, lastsMs);
  let page = wish.device ? null : wish.oauthUrl;
  return spin('Waiting until you have signed in (Ctrl-C breaks it off)', async () => {
    for (;;) {
      const now = await plugboard.connections.get(before.id);
      if (isThrough(before, now)) return now;
      const { oauthUrl } = await plugboard.connections.oauth.get(before.id);
      if (oauthUrl === null && (page !== null || now.statusReason !== reason)) return atLast(plugboard, before);
      // Whoever came by a code is asked whether it is their account.
      if (wish.device && oauthUrl !== null && page === null) askThere(oauthUrl);
      page = oauthUrl;
      if (performance.now() > endsAt) throw new Failed('Nobody signed in in time.', exitCodes.needsPerson);
      await sleep(pauseMs);
    }
  });
}

function isThrough(before: Connection, now: Connection): boolean {
  return now.status === 'connected' && (before.status !== 'connected' || now.updatedAt !== before.updatedAt);
}

/** It is over, and may have ended well since it was looked at. */
async function atLast(plugboard: Plugboard, before: Connection): Promise<Connection> {
  const now = await plugboard.connections.get(before.id);
  if (isThrough(before, now)) return now;
  const said = now.statusReason ?? '';
  // The API tells a refusal from a fault by its sentence alone.
  const isRefused = /told not to allow|access_denied|said that this is not/.test(said);
  throw new Failed(`Signing in came to nothing. ${said}`.trim(), isRefused ? exitCodes.declined : exitCodes.failed);
}

interface Begun {
  /** What the connection says of itself while it waits. */
  readonly reason: string | null;
  readonly lastsMs: number;
}

async function sayWhere(
  plugboard: Plugboard,
  { id, statusReason }: Connection,
  { oauthUrl, device, browser }: SignInWish,
): Promise<Begun> {
  if (device) return sayCode(plugboard, id);
  if (oauthUrl === null) throw new Failed('The server named no page to sign in at. Try again.');
  writeError(`Open this page and sign in:\n${plain(oauthUrl)}\n`);
  if (browser && isInteractive()) openInBrowser(oauthUrl);
  return { reason: statusReason, lastsMs: Number.POSITIVE_INFINITY };
}

async function sayCode(plugboard: Plugboard, id: string): Promise<Begun> {
  const { connection, device } = await plugboard.connections.oauth.restart(id, { flow: 'device' });
  if (device === undefined) throw new Failed('The provider has no sign-in by code. Leave --device away.');
  writeError(`Open ${plain(device.verification_uri)} in any browser and type in ${plain(device.user_code)}\n`);
  return { reason: connection.statusReason, lastsMs: device.expires_in * 1_000 };
}

function askThere(page: string): void {
  sayBeside(`You have signed in. Open this page and say whether that is the account:\n${plain(page)}\n`);
}
