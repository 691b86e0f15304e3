import { createSend, type Send } from './http/create-send.ts';
import type { Target } from './http/target.ts';
import { PlugboardError } from './plugboard-error.ts';
import type { ToolFilter } from './toolset.ts';

/** Seconds a token is asked for. */
const lifeSeconds = 3_600;
/** Milliseconds before its end from which it is not used any more. */
const marginMs = 60_000;

interface MintedToken {
  readonly token: string;
  /** ISO 8601. */
  readonly expires_at: string;
}

/** Sends as an end user of the app, by user tokens that are made when they are needed and renewed before they end. */
export function sendAsEndUser(target: Target, filter: ToolFilter): Send {
  const own = createSend(target);
  let current: Promise<MintedToken> | undefined;

  /** Of all who ask at once, one makes a token; what came to nothing is forgotten. */
  function renew(): Promise<MintedToken> {
    const minted = mint(own, filter);
    current = minted;
    minted.catch(() => {
      if (current === minted) current = undefined;
    });
    return minted;
  }

  async function key(): Promise<string> {
    const used = current ?? renew();
    const token = await used;
    if (isFresh(token)) return token.token;
    const next = await (current === used ? renew() : (current ?? renew()));
    if (isFresh(next)) return next.token;
    const message = 'The user token is over before it is used. Is the clock of this machine right?';
    throw new PlugboardError(message, { code: 'UNEXPECTED_ANSWER' });
  }

  return createSend({ ...target, key });
}

function mint(send: Send, { endUser, agent, connectors, connections }: ToolFilter): Promise<MintedToken> {
  const body = { end_user: { id: endUser }, agent, connectors, connections, expires_in: lifeSeconds };
  return send.object({ method: 'POST', path: '/api/v1/user-tokens', body, repeatable: true });
}

function isFresh({ expires_at }: MintedToken): boolean {
  return Date.parse(expires_at) - marginMs > Date.now();
}
