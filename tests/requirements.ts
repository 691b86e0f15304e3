/** One promise to the people who call us, as a sentence of ours. */
export interface Requirement {
  /** Cited by tests: `covers('004/pending-again')`. */
  readonly id: string;
  /** Where it is promised: a number of `RULINGS.md`, or the document it rules on. */
  readonly source: string;
  readonly sentence: string;
  /** What has to be built before a test can hold it; without this, a test must cite it. */
  readonly waits?: string;
}

const everywhere = [
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
    waits: 'end users',
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
  { id: 'everywhere/3-request-id', source: 'Everywhere 3', sentence: 'Every response carries X-Request-Id.' },
  { id: 'everywhere/3-too-large', source: 'Everywhere 3', sentence: 'A body over 1 MiB is a 413.' },
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
    id: 'everywhere/10-idempotency',
    source: 'Everywhere 10',
    sentence: 'An Idempotency-Key replays the answer to the same body for a day.',
    waits: 'idempotency keys',
  },
  {
    id: 'everywhere/11-rate-limit',
    source: 'Everywhere 11',
    sentence:
      'A key is told its limit, what is left and when it turns; over it there is a 429 that says when to come back.',
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
    id: 'everywhere/13-end-user',
    source: 'Everywhere 13',
    sentence: 'A call for an end user is decided by that end user or by the app.',
    waits: 'end users',
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
    id: 'everywhere/16-names',
    source: 'Everywhere 16',
    sentence: 'MCP names are <handle>__<tool>, at most 52 characters; a longer one is cut with a stable hash.',
  },
  {
    id: 'everywhere/16-handles',
    source: 'Everywhere 16',
    sentence: 'A handle comes from the connector, then counts on, and outlives a new label.',
  },
] as const satisfies readonly Requirement[];

const catalog = [
  {
    id: '001/list',
    source: '001.1',
    sentence: 'The catalog is a bare array in a stable order whose items carry the fields of both documents.',
  },
  {
    id: '001/auth-type',
    source: '001.1',
    sentence: 'authType follows auth_mode: api_key for pat and conn_string, oauth for the OAuth modes, none for none.',
  },
  {
    id: '001/auth-modes',
    source: '001.1',
    sentence: 'A connector with several ways to sign in lists them and takes the one that is asked for.',
  },
  {
    id: '001/brand-logo',
    source: '001.1',
    sentence: 'brand_logo is an absolute address of ours that serves the mark.',
  },
  {
    id: '001/get',
    source: '001.2',
    sentence: 'One connector is its whole manifest; a block it does not have is null.',
  },
  { id: '001/get-unknown', source: '001', sentence: 'A connector nobody knows is a 404 on get, verify and install.' },
  { id: '001/patterns-guide', source: '001.2', sentence: 'A pattern guides the form and never refuses a value.' },
  {
    id: '001/workspace-required',
    source: '001.3',
    sentence: 'verify and install need a named workspace: missing is a 400, no member or below MANAGER a 403.',
  },
  {
    id: '001/required-fields',
    source: '001.4',
    sentence: 'A required field that is missing is a 400 that names it, on verify, install and connect alike.',
  },
  {
    id: '001/choices-and-types',
    source: '001.4',
    sentence: 'Defaults, types and choices are decided the same way on verify, install and connect.',
  },
  {
    id: '001/verify-ok',
    source: '001.5',
    sentence: 'verify answers {ok:true, message:""} for values the provider accepts.',
  },
  {
    id: '001/verify-refused',
    source: '001.5',
    sentence: 'verify answers {ok:false} with the provider’s words for values it refuses.',
  },
  {
    id: '001/verify-skips',
    source: '001.5',
    sentence: 'verify answers ok without probing where a browser signs in or nothing is needed.',
  },
  {
    id: '001/verify-body',
    source: '001.5',
    sentence: 'A provider that answers 200 to a bad token is seen through: the answer’s body is checked, fail-closed.',
  },
  {
    id: '001/verify-bounded',
    source: '001.5',
    sentence: 'A probe takes at most 10 seconds, quotes at most 512 bytes, and never what was submitted.',
  },
  { id: '001/verify-mcp', source: '001.5', sentence: 'A probe of an MCP server initialises it and lists its tools.' },
  { id: '001/verify-sql', source: '001.5', sentence: 'A probe of a database runs its query.', waits: 'sql' },
  { id: '001/verify-keeps-nothing', source: '001.5', sentence: 'verify stores nothing.' },
  {
    id: '001/egress',
    source: '001.6',
    sentence: 'A probe reaches no private, loopback, metadata or reserved address, in any spelling or by redirect.',
  },
  {
    id: '001/egress-allow',
    source: '001.6',
    sentence: 'The operator’s allow-list opens private ranges, never cloud metadata.',
  },
  {
    id: '001/install',
    source: '001.7',
    sentence: 'install is a 201 with the connection’s id and a next_step that is always there.',
  },
  {
    id: '001/install-pending',
    source: '001.7',
    sentence:
      'install does not wait: the connection is pending and checking, then connected or auth_failed; unreachable stays pending.',
  },
  { id: '001/install-again', source: '001.7', sentence: 'Installing again makes another connection.' },
  { id: '001/install-crew', source: '001.7', sentence: 'A crew is taken by id or slug; an unknown one is a 404.' },
  {
    id: '001/install-mcp-oauth',
    source: '001.7',
    sentence: 'Installing an mcp_oauth connector says next_step mcp_oauth.',
  },
  {
    id: '001/install-byo-oauth',
    source: '001.7',
    sentence: 'Installing a byo_oauth connector says next_step oauth with the address to open.',
    waits: 'oauth',
  },
  {
    id: '001/sealed',
    source: '001.8',
    sentence: 'Submitted secrets are sealed with the origins they may go to, and attached at the moment of use alone.',
  },
  {
    id: '001/templates',
    source: '001.8',
    sentence: 'A template puts values in with the encoding of the place where they stand.',
  },
  {
    id: '001/custom-servers',
    source: '001.9',
    sentence: 'Custom MCP servers are listed, made, changed, tested and deleted under /api/v1/integrations.',
    waits: 'integrations',
  },
  {
    id: '001/stdio',
    source: '001.9',
    sentence: 'stdio runs commands of the catalog or the operator’s list alone.',
    waits: 'stdio',
  },
] as const satisfies readonly Requirement[];

const connections = [
  {
    id: '004/list',
    source: '004.1',
    sentence: 'The list is a bare array of the caller’s own connections, not deleted, newest first.',
  },
  {
    id: '004/list-workspace',
    source: '004.1',
    sentence: 'scope=workspace adds the shared ones for MANAGER and above.',
  },
  {
    id: '004/record',
    source: '004.1',
    sentence: 'A record has the fields of the document and ours, in camelCase, and no secret.',
  },
  { id: '004/updated-at', source: '004.1', sentence: 'updatedAt moves with status and reconfiguration.' },
  {
    id: '004/personal',
    source: '004.1',
    sentence: 'POST makes a personal connection that its owner alone uses; ADMIN may revoke it.',
  },
  { id: '004/shared', source: '004.1', sentence: 'MANAGER and above manage shared connections.' },
  {
    id: '004/already-connected',
    source: '004.2',
    sentence:
      'The same connector and label, already connected, is a 200 with the connection and where to submit again.',
  },
  { id: '004/pending-again', source: '004.2', sentence: 'A pending one is the same row again, with a 201.' },
  {
    id: '004/oauth-pending-201',
    source: '004.2',
    sentence: 'An OAuth connection is a 201 with the address to open.',
    waits: 'oauth',
  },
  {
    id: '004/api-key-pending',
    source: '004.2',
    sentence: 'A key connection is a 201, pending, with the address to submit to.',
  },
  {
    id: '004/none',
    source: '004.2',
    sentence:
      'A connector that needs nothing is a 201, connected, with neither address; one that needs a field is pending.',
  },
  {
    id: '004/bad-start',
    source: '004.2',
    sentence: 'A missing or unknown slug, or an OAuth client nobody configured, is a 400 that says which.',
  },
  {
    id: '004/credentials',
    source: '004.3',
    sentence: 'Values come by field key, alone or under fields, and connect once the provider accepted them.',
  },
  {
    id: '004/credentials-refused',
    source: '004.3',
    sentence: 'Values the provider refuses are a 422 with the reason; the connection stays as it was.',
  },
  {
    id: '004/credentials-unreachable',
    source: '004.3',
    sentence: 'A provider that cannot be reached is a 502; the connection stays as it was.',
  },
  { id: '004/credentials-wrong-kind', source: '004.3', sentence: 'Credentials on an OAuth connector are a 400.' },
  { id: '004/oauth-wrong-kind', source: '004.3', sentence: 'A handshake on a key connector is a 400.', waits: 'oauth' },
  {
    id: '004/oauth',
    source: '004.4',
    sentence: 'GET tells where the handshake stands, POST starts a new one.',
    waits: 'oauth',
  },
  {
    id: '004/oauth-start',
    source: '004.5',
    sentence: 'The start address redirects a browser and answers a program with JSON.',
    waits: 'oauth',
  },
  {
    id: '004/callback',
    source: '004.6',
    sentence: 'A state works once, for 15 minutes, in the browser of whoever it belongs to.',
    waits: 'oauth',
  },
  { id: '004/malformed-id', source: '004.7', sentence: 'An id that is no UUID is a 400.' },
  { id: '004/foreign', source: '004.7', sentence: 'Somebody else’s connection is a 404.' },
  {
    id: '004/delete',
    source: '004.7',
    sentence: 'DELETE answers exactly {"deleted":true}, revokes, and is a 404 the second time.',
  },
  { id: '004/delete-destroys', source: '004.7', sentence: 'Deleting destroys the stored secrets.' },
  {
    id: '004/delete-at-provider',
    source: '004.7',
    sentence: 'Deleting revokes at the provider too, where it has an endpoint for that.',
    waits: 'oauth',
  },
  { id: '004/patch', source: '004.8', sentence: 'PATCH changes label and isActive.' },
  { id: '004/patch-scope', source: '004.8', sentence: 'PATCH changes scope and crew.', waits: 'sharing connections' },
  {
    id: '004/inactive',
    source: '004.8',
    sentence: 'An inactive connection hides its tools and refuses calls as disabled.',
  },
  { id: '004/tool-switches', source: '004.8', sentence: 'One tool of a connection can be disabled, or made to ask.' },
] as const satisfies readonly Requirement[];

const later = [
  {
    id: '000/connect',
    source: '000',
    sentence: 'Named connections with general parameters are made under /v1/tools/connectors.',
    waits: 'contract 000',
  },
  {
    id: '002/agent-endpoints',
    source: '002',
    sentence: 'Agent back-ends are kept, tested and invoked under /api/projects.',
    waits: 'agents',
  },
  {
    id: '003/connector-objects',
    source: '003',
    sentence: 'Connections are listed as objects with health and tools under /v1/connectors.',
    waits: 'contract 003',
  },
] as const satisfies readonly Requirement[];

/** Every promise that a test must hold, or that says what it waits for. */
export const requirements: readonly Requirement[] = [...everywhere, ...catalog, ...connections, ...later];

type Row = (typeof everywhere | typeof catalog | typeof connections | typeof later)[number];

/** Citing an id that is not in the list does not compile. */
export type RequirementId = Row['id'];
