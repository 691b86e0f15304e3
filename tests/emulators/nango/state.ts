/** A connection as somebody has put it into Nango. */
export interface NangoRecord {
  readonly connectionId: string;
  readonly integration: string;
  readonly provider: string;
  /** As `GET /connections/:id` tells them; `broken`: Nango can no longer renew them. */
  readonly credentials: Readonly<Record<string, unknown>> | 'broken';
  readonly endUser?: { readonly id: string; readonly email?: string; readonly display_name?: string };
  readonly tags?: Readonly<Record<string, unknown>>;
  readonly metadata?: Readonly<Record<string, unknown>> | null;
  readonly config?: Readonly<Record<string, unknown>>;
}

/** A request as it came in. */
export interface NangoRequest {
  readonly path: string;
  readonly status: number;
}

export interface NangoState {
  readonly secretKey: string;
  readonly records: NangoRecord[];
  readonly ledger: NangoRequest[];
  /** It answers no more at once, whatever is asked for. */
  mostPerPage: number;
  /** The next so many requests are answered with 429 and this `Retry-After`. */
  limit: { times: number; retryAfter: string };
  /** Called before each answer. */
  before: (path: string) => Promise<void> | void;
}

/** The record in a list: without credentials. */
export function listed({ connectionId, integration, provider, endUser, tags, metadata }: NangoRecord, place: number) {
  return {
    id: place + 1,
    connection_id: connectionId,
    provider,
    provider_config_key: integration,
    created: '2026-06-03T14:53:22.051Z',
    metadata: metadata ?? null,
    tags: tags ?? {},
    errors: [],
    end_user: endUser === undefined ? null : { email: null, display_name: null, organization: null, ...endUser },
  };
}
