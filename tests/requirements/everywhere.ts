import type { Requirement } from './requirement.ts';

/** What holds on every route. */
export const everywhere = [
  {
    id: 'everywhere/description',
    source: 'Everywhere',
    sentence: '/openapi.json describes every endpoint, in the form of OpenAPI 3.1.',
  },
  {
    id: 'everywhere/1-credentials',
    source: 'Everywhere 1',
    sentence: 'A request without a credential that holds is a 401.',
  },
  {
    id: 'everywhere/1-headers',
    source: 'Everywhere 1',
    sentence: 'A key counts in "Authorization: Bearer" and in "x-api-key" alike.',
  },
  {
    id: 'everywhere/1-public',
    source: 'Everywhere 1',
    sentence:
      'Only what is listed answers without a credential; the API description, its page and the metrics need one.',
  },
  {
    id: 'everywhere/1-session',
    source: 'Everywhere 1',
    sentence: 'A signed-in browser is known by an HttpOnly cookie, a program by its session token.',
  },
  {
    id: 'everywhere/1-jwt',
    source: 'Everywhere 1',
    sentence: 'A token of the configured identity provider is a credential.',
  },
  {
    id: 'everywhere/1-user-token',
    source: 'Everywhere 1',
    sentence: 'A user token acts for one end user of an app.',
  },
  {
    id: 'everywhere/2-order',
    source: 'Everywhere 2',
    sentence:
      'Refusals come in one order: foreign Host, 401 before the body is read, 400 of address and syntax, 403, 404, what the body holds.',
  },
  {
    id: 'everywhere/3-errors',
    source: 'Everywhere 3',
    sentence: 'Every failure has the one envelope with a code of the table, a sentence and the request id.',
  },
  {
    id: 'everywhere/3-tools-dialect',
    source: 'Everywhere 3',
    sentence: 'Under /v1/tools a bad body is a 422 with a list of places, messages and types.',
  },
  {
    id: 'everywhere/3-tools-unparsable',
    source: 'Everywhere 3',
    sentence: 'Under /v1/tools a body that is no JSON is a 422 of the type json_invalid.',
  },
  { id: 'everywhere/3-request-id', source: 'Everywhere 3', sentence: 'Every response carries X-Request-Id.' },
  { id: 'everywhere/3-too-large', source: 'Everywhere 3', sentence: 'A body over 1 MiB is a 413.' },
  {
    id: 'everywhere/3-other-caps',
    source: 'Everywhere 3',
    sentence: 'The proxy and uploads have caps of their own.',
  },
  {
    id: 'everywhere/3-no-500',
    source: 'Everywhere 3',
    sentence: 'Nothing that a client sends is answered with a 500.',
  },
  {
    id: 'everywhere/4-unknown-fields',
    source: 'Everywhere 4',
    sentence: 'Unknown fields are refused on our own endpoints.',
  },
  {
    id: 'everywhere/4-contracts-ignore',
    source: 'Everywhere 4',
    sentence: 'Unknown top-level fields are ignored on the five contracts.',
  },
  {
    id: 'everywhere/4-field-maps',
    source: 'Everywhere 4',
    sentence: 'An unknown key in a map of credential fields is refused, so that a mistyped secret does not vanish.',
  },
  {
    id: 'everywhere/5-roles',
    source: 'Everywhere 5',
    sentence: 'A caller needs the role and the scope that a route asks for.',
  },
  {
    id: 'everywhere/5-scopes',
    source: 'Everywhere 5',
    sentence: 'A key does what its scopes say, and no more than its person may do by then.',
  },
  {
    id: 'everywhere/5-operator',
    source: 'Everywhere 5',
    sentence: 'The operator of the installation is no role: an OWNER does not make workspaces.',
  },
  {
    id: 'everywhere/5-keys',
    source: 'Everywhere 5',
    sentence: 'A key never does more than its person may, and its kind is agent unless another is asked for.',
  },
  {
    id: 'everywhere/5-first-key',
    source: 'Everywhere 5',
    sentence: 'The first admin key is of kind person and has every scope.',
  },
  {
    id: 'everywhere/6-workspace',
    source: 'Everywhere 6',
    sentence:
      'The workspace is the key’s own, else the one named by id or slug in query or header, else the only one, else a 400.',
  },
  {
    id: 'everywhere/6-named',
    source: 'Everywhere 6',
    sentence: 'A workspace that is named and of which the caller is no member is a 403.',
  },
  {
    id: 'everywhere/6-foreign',
    source: 'Everywhere 6',
    sentence: 'Everything else that belongs to another workspace is a 404.',
  },
  {
    id: 'everywhere/7-no-secrets',
    source: 'Everywhere 7',
    sentence: 'A secret is never in a response, a log line, an error, an event or an unsealed column.',
  },
  {
    id: 'everywhere/8-probe-is-data',
    source: 'Everywhere 8',
    sentence: 'What a probe found is a 200 that says so; only a bad request is an error.',
  },
  {
    id: 'everywhere/9-lists',
    source: 'Everywhere 9',
    sentence: 'Our own lists are paged by a cursor with 1 to 100 items, 25 by default.',
  },
  { id: 'everywhere/9-stable', source: 'Everywhere 9', sentence: 'Pages of a list neither repeat nor skip an item.' },
  {
    id: 'everywhere/9-bare-arrays',
    source: 'Everywhere 9',
    sentence: 'A bare array stops at 1,000 items and links to the next.',
  },
  {
    id: 'everywhere/10-replay',
    source: 'Everywhere 10',
    sentence:
      'A request with the same Idempotency-Key and content is given the first answer again, marked, and is not carried out again.',
  },
  {
    id: 'everywhere/10-other-content',
    source: 'Everywhere 10',
    sentence: 'The same key with another body, path or query is a 409.',
  },
  {
    id: 'everywhere/10-in-flight',
    source: 'Everywhere 10',
    sentence:
      'A duplicate waits while the first is being answered; one that waits too long is a 409 that says when to come back.',
  },
  {
    id: 'everywhere/10-secret-once',
    source: 'Everywhere 10',
    sentence: 'Where the answer showed a secret once, a replay is a 409 with the id of what was made.',
  },
  {
    id: 'everywhere/10-apart',
    source: 'Everywhere 10',
    sentence: 'A key counts for one caller, on one route, in one workspace.',
  },
  {
    id: 'everywhere/10-cut-off',
    source: 'Everywhere 10',
    sentence: 'A first request that was cut off is never carried out again: later ones are a 409 that says so.',
  },
  {
    id: 'everywhere/10-try-again',
    source: 'Everywhere 10',
    sentence:
      'A request that did nothing, because it was refused or nobody was reached, may be sent again with its key.',
  },
  {
    id: 'everywhere/10-malformed',
    source: 'Everywhere 10',
    sentence: 'A key that is not 1 to 255 visible ASCII characters is a 400.',
  },
  {
    id: 'everywhere/10-day',
    source: 'Everywhere 10',
    sentence: 'A key is remembered for a day, also by other replicas and after a restart, and then forgotten.',
  },
  {
    id: 'everywhere/10-where',
    source: 'Everywhere 10',
    sentence: 'Keys count on routes of /api and /v1 that create or call, except where the answer is a stream.',
  },
  {
    id: 'everywhere/11-rate-limit',
    source: 'Everywhere 11',
    sentence:
      'A key is told its limit, what is left and when it turns; over it there is a 429 that says when to come back.',
  },
  {
    id: 'everywhere/11-default',
    source: 'Everywhere 11',
    sentence: 'The limit is 1,200 requests a minute for each key, or what PLUGBOARD_RATE_LIMIT says; off means none.',
  },
  { id: 'everywhere/12-ids', source: 'Everywhere 12', sentence: 'Ids are UUIDv7.' },
  {
    id: 'everywhere/12-slugs',
    source: 'Everywhere 12',
    sentence: 'Workspaces, projects and crews also answer to their slug.',
  },
  {
    id: 'everywhere/13-who-decides',
    source: 'Everywhere 13',
    sentence: 'A person’s session, or a key with approvals:decide that is no agent’s, decides an approval.',
  },
  {
    id: 'everywhere/13-not-the-asker',
    source: 'Everywhere 13',
    sentence:
      'Neither the credential that asked nor a key of its lineage decides; the first admin key does for keys it minted.',
  },
  {
    id: 'everywhere/13-personal',
    source: 'Everywhere 13',
    sentence: 'A call on a personal connection is decided by its owner alone.',
  },
  {
    id: 'everywhere/13-mcp-token',
    source: 'Everywhere 13',
    sentence: 'The token of an MCP client decides nothing.',
    waits: 'oauth server',
  },
  {
    id: 'everywhere/13-end-user',
    source: 'Everywhere 13',
    sentence: 'A call for an end user is decided by that end user or by the app.',
  },
  { id: 'everywhere/14-ask-or-run', source: 'Everywhere 14', sentence: 'Reads run; writes ask, also for an admin.' },
  {
    id: 'everywhere/14-confirmation',
    source: 'Everywhere 14',
    sentence: 'requires_confirmation makes any tool ask, and false never lets a write run.',
  },
  {
    id: 'everywhere/14-unasked',
    source: 'Everywhere 14',
    sentence: 'A key with tools:write_unasked writes without asking.',
  },
  {
    id: 'everywhere/14-recorded',
    source: 'Everywhere 14',
    sentence: 'What lets writes run unasked is handed out by a person, never by a key, and is on record.',
  },
  {
    id: 'everywhere/14-agents',
    source: 'Everywhere 14',
    sentence: 'An agent’s unattended_writes and a grant for the session let writes run; a workspace floor forbids it.',
    waits: 'agents',
  },
  {
    id: 'everywhere/15-ok',
    source: 'Everywhere 15',
    sentence: 'A call that worked is a 200 with status ok and its output.',
  },
  {
    id: 'everywhere/15-rejected',
    source: 'Everywhere 15',
    sentence: 'A call that was turned down is a 200 with status rejected, a reason of the list and a sentence.',
  },
  {
    id: 'everywhere/15-input',
    source: 'Everywhere 15',
    sentence: 'Arguments that do not fit the tool are rejected with reason input and every problem by its place.',
  },
  {
    id: 'everywhere/15-unavailable',
    source: 'Everywhere 15',
    sentence: 'A provider that cannot be reached is a 200 with status unavailable.',
  },
  {
    id: 'everywhere/15-unknown',
    source: 'Everywhere 15',
    sentence: 'A write that was cut off is outcome_unknown and is never sent again.',
  },
  {
    id: 'everywhere/15-needs-approval',
    source: 'Everywhere 15',
    sentence: 'A call that waits for a person is a 202 with the approval’s id and address.',
  },
  {
    id: 'everywhere/15-unknown-tool',
    source: 'Everywhere 15',
    sentence: 'A tool or connection that does not exist is a 404.',
  },
  {
    id: 'everywhere/15-ambiguous',
    source: 'Everywhere 15',
    sentence: 'A call that fits several connections is a 409 with the choices, never a guess.',
  },
  {
    id: 'everywhere/15-scope',
    source: 'Everywhere 15',
    sentence: 'A call with a credential that may not call tools is a 403.',
  },
  {
    id: 'everywhere/15-connect-url',
    source: 'Everywhere 15',
    sentence: 'A call for which something must be connected first says where, in connect_url.',
  },
  {
    id: 'everywhere/16-names',
    source: 'Everywhere 16',
    sentence: 'MCP names are <handle>__<tool>, at most 52 characters; a longer one is cut with a stable hash.',
  },
  {
    id: 'everywhere/16-manifest',
    source: 'Everywhere 16',
    sentence: 'In a manifest a tool is named without its connector, in lower case, at most 40 characters.',
  },
  {
    id: 'everywhere/16-handles',
    source: 'Everywhere 16',
    sentence: 'A handle comes from the connector, then counts on, and outlives a new label.',
  },
] as const satisfies readonly Requirement[];
