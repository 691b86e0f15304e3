import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection, Plugboard } from '../../../sdk/src/index.ts';
import { isInteractive } from '../asking/ask.ts';
import { openInBrowser } from '../asking/open-in-browser.ts';
import { spin } from '../asking/spin.ts';
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

/** Says where somebody signs in, and resolves to the connection once they have. Throws `Failed` where they do not, or not in time. */
export async function waitForSignIn(plugboard: Plugboard, before: Connection, wish: SignInWish): Promise<Connection> {
  await sayWhere(plugboard, before, wish);
  const endsAt = performance.now() + wish.patienceMs;
  return spin('Waiting until you have signed in (Ctrl-C breaks it off)', async () => {
    for (;;) {
      const now = await plugboard.connections.get(before.id);
      if (isThrough(before, now)) return now;
      const { oauthUrl } = await plugboard.connections.oauth.get(before.id);
      if (oauthUrl === null && !wish.device) {
        const last = await plugboard.connections.get(before.id);
        if (isThrough(before, last)) return last;
        throw new Failed(`Signing in came to nothing. ${last.statusReason ?? ''}`.trim());
      }
      if (performance.now() > endsAt) throw new Failed('Nobody signed in in time.', exitCodes.needsPerson);
      await sleep(pauseMs);
    }
  });
}

function isThrough(before: Connection, now: Connection): boolean {
  return now.status === 'connected' && (before.status !== 'connected' || now.updatedAt !== before.updatedAt);
}

async function sayWhere(
  plugboard: Plugboard,
  { id }: Connection,
  { oauthUrl, device, browser }: SignInWish,
): Promise<void> {
  if (device) {
    const begun = await plugboard.connections.oauth.restart(id, { flow: 'device' });
    if (begun.device === undefined) throw new Failed('The provider has no sign-in by code. Leave --device away.');
    const { verification_uri: address, user_code: code } = begun.device;
    writeError(`Open ${plain(address)} in any browser and type in ${plain(code)}\n`);
    return;
  }
  if (oauthUrl === null) throw new Failed('The server named no page to sign in at. Try again.');
  writeError(`Open this page and sign in:\n${plain(oauthUrl)}\n`);
  if (browser && isInteractive()) openInBrowser(oauthUrl);
}
