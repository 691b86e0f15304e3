import { askNango, nangoAway, type NangoTarget } from './ask-nango.ts';
import {
  fieldsOf,
  type NangoConnection,
  type NangoDetail,
  readConnection,
  readDetail,
  textOf,
} from './nango-connection.ts';

const perPage = 100;

/**
 * Every connection of the environment that the secret key is for, page by page, however few come at once. Throws `Failed`
 * where that is not what it answers.
 */
export async function* listNango(target: NangoTarget): AsyncGenerator<readonly NangoConnection[]> {
  let before = '';
  for (let page = 0; ; page += 1) {
    const { status, body } = await askNango(target, `/connections?limit=${perPage}&page=${page}`);
    if (status !== 200) throw nangoAway(refusedList(status));
    const items = fieldsOf(body)['connections'];
    if (!Array.isArray(items)) throw nangoAway('What answers there is no Nango: it lists no connections.');
    // One that knows no pages answers the same again.
    const first = JSON.stringify(items[0] ?? null);
    if (items.length === 0 || first === before) return;
    before = first;
    yield items.flatMap((item) => readConnection(item) ?? []);
  }
}

/** A connection with its credentials, fresh where Nango can renew them; or why Nango does not tell them. */
export async function readCredentials(
  target: NangoTarget,
  { connectionId, providerConfigKey }: NangoConnection,
): Promise<NangoDetail | { readonly refused: string }> {
  const query = new URLSearchParams({ provider_config_key: providerConfigKey, refresh_token: 'true' });
  const { status, body } = await askNango(target, `/connections/${encodeURIComponent(connectionId)}?${query}`);
  if (status === 200) return readDetail(body);
  const { code } = fieldsOf(fieldsOf(body)['error']);
  const said = textOf(code)
    ?.replaceAll(/[^\w.-]/g, '')
    .slice(0, 60);
  return { refused: `Nango does not tell its credentials (${status}${said ? `, ${said}` : ''}).` };
}

function refusedList(status: number): string {
  if (status === 401 || status === 403)
    return 'Nango does not take the secret key. It is the one of the environment to move.';
  if (status === 404)
    return 'Nango has no /connections there: it is older than this can read, or the address is not that of its API.';
  return `Nango answers ${status} to the list of connections.`;
}
