/** Where Plugboard is, and the key or token to ask it with. */
export interface Asking {
  readonly plugboard: string;
  readonly key: string;
}

/** Plugboard refused what was asked; its sentence says why. */
export class Refused extends Error {}

/** A plain request. */
export async function ask<Answer>({ plugboard, key }: Asking, to: string, body?: object): Promise<Answer> {
  const [method = 'GET', path = '/'] = to.split(' ');
  const headers = { authorization: `Bearer ${key}` };
  const sent = body && { headers: { ...headers, 'content-type': 'application/json' }, body: JSON.stringify(body) };
  const answer = await fetch(plugboard + path, { method, headers, signal: AbortSignal.timeout(30_000), ...sent });
  const said = JSON.parse(await answer.text());
  if (answer.ok) return said;
  throw new Refused(`${to} answered ${answer.status}: ${said.error?.message}`);
}

// #region link
/** A link with which a user connects their account. It works once, and leads back to the app. */
export function makeLink(app: Asking, user: string, returnUrl: string): Promise<{ readonly url: string }> {
  const wish = { end_user: { id: user }, connectors: ['gitlab'], return_url: returnUrl };
  return ask(app, 'POST /api/v1/connect-links', wish);
}
// #endregion

// #region token
/** Asks as one user: with a token that reaches their connections and nobody else's. */
export async function asUser(app: Asking, user: string): Promise<Asking> {
  const wish = { end_user: { id: user }, connectors: ['gitlab'], expires_in: 300 };
  const { token } = await ask<{ readonly token: string }>(app, 'POST /api/v1/user-tokens', wish);
  return { ...app, key: token };
}
// #endregion

/** What came of a call: `ok`, `needs_approval`, `rejected`, `unavailable` or `outcome_unknown`. */
export interface Called {
  readonly status: string;
  /** A list is `items`, whatever its provider answers. */
  readonly output?: { readonly items?: readonly { readonly iid: number; readonly title: string }[] };
  readonly approval_id?: string;
  readonly message?: string;
}

export interface Call {
  readonly tool: string;
  readonly args: object;
  /** How long it may wait for whoever decides. */
  readonly waitSeconds?: number;
}

// #region call
/** Calls a tool. A user's only connection of a connector goes by the connector's name; a write waits for its user. */
export function callTool(as: Asking, { tool, args, waitSeconds = 0 }: Call): Promise<Called> {
  const to = `POST /api/v1/connections/gitlab/tools/${tool}/call?wait=${waitSeconds}`;
  return ask(as, to, { arguments: args });
}
// #endregion
