import { fieldsOf, type NangoDetail, textOf } from './nango-connection.ts';

type Fields = Readonly<Record<string, unknown>>;

/** What `POST /v1/tools/connectors/<connector>/connect` is sent as `security`, or why there is no such thing. */
export type ReadSecurity = { readonly security: Fields } | { readonly refused: string };

/** The credentials of a connection in our words. `asked`: the fields of the connector that are no secrets, which its configuration may fill. */
export function securityOf({ credentials, config }: NangoDetail, asked: ReadonlySet<string>): ReadSecurity {
  const fields = Object.fromEntries(Object.entries(config).filter(([key]) => asked.has(key)));
  const kind = String(credentials['type'] ?? 'none');
  const read = methods.get(kind)?.(credentials, config);
  if (read === undefined)
    return { refused: `Credentials of the kind ${shown(kind)} cannot be brought over. Connect it anew.` };
  return 'missing' in read
    ? { refused: `Nango tells no ${read.missing} of it. Connect it anew.` }
    : { security: { ...fields, ...read } };
}

type Method = (credentials: Fields, config: Fields) => Fields | { readonly missing: string };

const methods: ReadonlyMap<string, Method> = new Map([
  ['OAUTH2', ofOauth],
  ['API_KEY', ofKey],
  ['BASIC', ofPassword],
]);

function ofOauth(credentials: Fields, config: Fields): ReturnType<Method> {
  const access = textOf(credentials['access_token']);
  if (access === undefined) return { missing: 'access token' };
  return { authMethod: 'oauth2', oauth2Token: tokenOf(access, credentials, config) };
}

function ofKey({ apiKey, api_key: other }: Fields): ReturnType<Method> {
  const key = textOf(apiKey) ?? textOf(other);
  return key === undefined ? { missing: 'API key' } : { authMethod: 'apiKey', apiKey: key };
}

function ofPassword({ username, password }: Fields): ReturnType<Method> {
  if (typeof username !== 'string' || username === '') return { missing: 'user name' };
  return { authMethod: 'basic', username, password: typeof password === 'string' ? password : '' };
}

/** In the words of a token endpoint (RFC 6749 §5.1), with the OAuth app it was issued to where the connection brought its own. */
function tokenOf(access: string, credentials: Fields, config: Fields): Fields {
  const raw = fieldsOf(credentials['raw']);
  const own = {
    id: textOf(config['oauth_client_id_override']),
    secret: textOf(config['oauth_client_secret_override']),
  };
  return {
    access_token: access,
    ...given('refresh_token', textOf(credentials['refresh_token'])),
    ...given('expires_at', textOf(credentials['expires_at'])),
    ...given('scope', textOf(raw['scope'])),
    ...given('client_id', own.id),
    ...given('client_secret', own.secret),
  };
}

function given(name: string, value: string | undefined): Fields {
  return value === undefined ? {} : { [name]: value };
}

function shown(kind: string): string {
  return /^\w{1,40}$/.test(kind) ? kind : 'unknown';
}
