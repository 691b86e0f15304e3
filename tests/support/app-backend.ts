import { gitlabTokens } from '../emulators/gitlab/ledger.ts';
import { idIn } from './connect.ts';
import type { ApiAnswer, Plugboard } from './plugboard.ts';

type Calling = Pick<Plugboard, 'call'>;

/** What of an end user's connection a test says. */
export interface ForEndUser {
  readonly label?: string;
  readonly metadata?: Readonly<Record<string, string>>;
}

/** The backend of an app with a key of the kind app, which acts for the app's end users. */
export interface AppBackend {
  readonly key: string;
  call(operation: string, body?: unknown): Promise<ApiAnswer>;
  /** Begins a connection to GitLab for an end user and answers its id; no value is submitted yet. */
  begin(endUser: string, more?: ForEndUser): Promise<string>;
  /** The same with a token that the emulator at this address takes. */
  connect(endUser: string, url: string, more?: ForEndUser): Promise<string>;
  /** A token of an end user. */
  token(endUser: string, wish?: object): Promise<string>;
  /** The ids that a list of connections answers. */
  listed(query: string): Promise<readonly string[]>;
}

/** The backend of an app in the workspace that this calls. */
export async function appBackend({ call }: Calling, key: string): Promise<AppBackend> {
  const own: AppBackend['call'] = (operation, body) => call(operation, { key, ...(body !== undefined && { body }) });
  const begin: AppBackend['begin'] = async (endUser, more = {}) => {
    const started = await own('POST /api/v1/connections', {
      connectorSlug: 'gitlab',
      end_user: { id: endUser },
      ...more,
    });
    if (started.status >= 300) throw new Error(`It was not begun: ${started.text}`);
    return idIn(started.body['connection']);
  };
  return {
    key,
    call: own,
    begin,
    async connect(endUser, url, more) {
      const id = await begin(endUser, more);
      const fields = { base_url: url, token: gitlabTokens.valid };
      const submitted = await own(`POST /api/v1/connections/${id}/credentials`, { fields });
      if (submitted.status !== 200) throw new Error(`It was not connected: ${submitted.text}`);
      return id;
    },
    async token(endUser, wish = {}) {
      const minted = await own('POST /api/v1/user-tokens', { end_user: { id: endUser }, ...wish });
      if (minted.status !== 201) throw new Error(`No token was minted: ${minted.text}`);
      return String(minted.body['token']);
    },
    async listed(query) {
      const answer = await own(`GET /api/v1/connections${query}`);
      if (answer.status !== 200) throw new Error(`Nothing was listed: ${answer.text}`);
      return Array.isArray(answer.body['items']) ? answer.body['items'].map(idIn) : [];
    },
  };
}

/** An end user in an address. */
export function endUserPath(id: string): string {
  return `/api/v1/end-users/${encodeURIComponent(id)}`;
}
