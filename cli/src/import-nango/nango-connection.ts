type Fields = Readonly<Record<string, unknown>>;

/** A connection as Nango lists it. */
export interface NangoConnection {
  /** As the app calls it, or as it was called for the app. */
  readonly connectionId: string;
  /** Of the integration it belongs to: an id is unique in one alone. */
  readonly providerConfigKey: string;
  /** Of Nango's own list of providers: `github`. */
  readonly provider: string;
  readonly endUser: NangoEndUser;
}

/** Whose it is. Where nobody is named, the app calls its people by the ids of their connections. */
export interface NangoEndUser {
  readonly id: string;
  readonly name: string | undefined;
  readonly email: string | undefined;
}

/** The same with what is only told of one. */
export interface NangoDetail {
  readonly credentials: Fields;
  /** What the provider needs besides: a subdomain. */
  readonly config: Fields;
  readonly metadata: Fields;
  readonly tags: Fields;
}

/** A connection in a list; `undefined` where it is none. */
export function readConnection(item: unknown): NangoConnection | undefined {
  const { connection_id: id, provider_config_key: key, provider, end_user: endUser, tags } = fieldsOf(item);
  if (typeof id !== 'string' || typeof key !== 'string' || id === '' || key === '') return undefined;
  return {
    connectionId: id,
    providerConfigKey: key,
    provider: textOf(provider) ?? key,
    endUser: readEndUser(fieldsOf(endUser), fieldsOf(tags), id),
  };
}

/** What is told of one connection, with its credentials. */
export function readDetail(body: unknown): NangoDetail {
  const { credentials, connection_config: config, metadata, tags } = fieldsOf(body);
  return {
    credentials: fieldsOf(credentials),
    config: fieldsOf(config),
    metadata: fieldsOf(metadata),
    tags: fieldsOf(tags),
  };
}

/** The fields of an object; none of anything else. */
export function fieldsOf(value: unknown): Fields {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject ? Object.fromEntries(Object.entries(value)) : {};
}

/** A text that says something. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}

function readEndUser(endUser: Fields, tags: Fields, connectionId: string): NangoEndUser {
  return {
    id: textOf(endUser['id']) ?? textOf(tags['end_user_id']) ?? connectionId,
    name: textOf(endUser['display_name']) ?? textOf(tags['end_user_display_name']),
    email: textOf(endUser['email']) ?? textOf(tags['end_user_email']),
  };
}
