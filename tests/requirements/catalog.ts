import type { Requirement } from './requirement.ts';

/** Document 001: the catalog, verify and install. */
export const catalog = [
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
  { id: '001/verify-sql', source: '001.5', sentence: 'A probe of a database runs its query.' },
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
    id: '001/list-any-role',
    source: '001',
    sentence: 'Any authenticated role lists the catalog and gets a connector; verify and install take MANAGER.',
  },
  { id: '001/list-empty', source: '001', sentence: 'An empty catalog is an empty array.' },
  {
    id: '001/search',
    source: '001.1',
    sentence: '?q= narrows the list to connectors with that text in id, name or description.',
  },
  { id: '001/unauthenticated', source: '001', sentence: 'Without a credential every route of the document is a 401.' },
  {
    id: '001/get-fields',
    source: '001.2',
    sentence: 'A field says its key, label and type, whether it is required and secret, and whatever else it has.',
  },
  {
    id: '001/invalid-body',
    source: '001',
    sentence: 'A body that is none, or whose fields are no map, is a 400 on verify and install.',
  },
  {
    id: '001/verify-one-call',
    source: '001',
    sentence: 'verify puts the values into the manifest’s request and calls the provider once.',
  },
  {
    id: '001/verify-unreachable',
    source: '001',
    sentence: 'verify tells that the provider is away as ok:false, not as an error.',
  },
  { id: '001/verify-no-block', source: '001.5', sentence: 'verify answers ok where the manifest has no verify block.' },
  {
    id: '001/install-name',
    source: '001',
    sentence: 'The name of an install is its label; without one the manifest’s name is.',
  },
  { id: '001/install-scope', source: '001', sentence: 'Without a crew an install is the workspace’s.' },
  { id: '001/conn-string', source: '001', sentence: 'A connection string is pasted into a field.' },
  {
    id: '001/mcp-oauth-next',
    source: '001.7',
    sentence: 'After next_step mcp_oauth the handshake is started at the connection’s oauth address.',
  },
  {
    id: '001/servers-list',
    source: '001.9',
    sentence:
      'The list is a bare array of every connection of workspace and crews, installed and added ones, newest first; personal ones and agent endpoints are not in it.',
  },
  {
    id: '001/servers-visible',
    source: '001.9',
    sentence: 'MANAGER and above see all of them; everybody else those of the workspace and of their own crews.',
  },
  {
    id: '001/servers-record',
    source: '001.9',
    sentence:
      'A record says where a server is, how it is spoken to, its handle, scope and status, and the names of its headers.',
  },
  {
    id: '001/servers-ids',
    source: '001.9',
    sentence: 'A malformed id is a 400, a personal or foreign connection a 404, on every verb.',
  },
  {
    id: '001/servers-add',
    source: '001.9',
    sentence:
      'Adding a custom server answers 201 without waiting: pending and checking, then connected with its tools.',
  },
  { id: '001/servers-add-admin', source: '001.9', sentence: 'Custom servers are added by ADMIN and above.' },
  {
    id: '001/servers-add-refused',
    source: '001.9',
    sentence: 'A body that does not fit is a 400 that says what is wrong, and nothing is kept.',
  },
  {
    id: '001/servers-again',
    source: '001.9',
    sentence: 'Adding another under the same name makes another row with a handle of its own.',
  },
  { id: '001/servers-crew', source: '001.9', sentence: 'A crew is taken by id or slug; an unknown one is a 404.' },
  {
    id: '001/servers-headers',
    source: '001.9',
    sentence: 'Headers are sealed, sent with every request, and never shown.',
  },
  {
    id: '001/servers-auth-mode',
    source: '001.9',
    sentence: 'auth_mode is none, pat or mcp_oauth; mcp_oauth waits for somebody to sign in.',
  },
  {
    id: '001/servers-status',
    source: '001.9',
    sentence: 'A server that refuses us makes the connection auth_failed; one that is away leaves it pending.',
  },
  {
    id: '001/servers-sse',
    source: '001.9',
    sentence: 'A server of the older HTTP+SSE transport works like any other.',
  },
  { id: '001/servers-stdio', source: '001.9', sentence: 'A command of a workspace’s own is refused.' },
  {
    id: '001/servers-loopback',
    source: '001.9',
    sentence:
      'A server on loopback is added by ADMIN on a local instance alone; no address that may never be reached is taken.',
  },
  { id: '001/servers-rename', source: '001.9', sentence: 'PATCH name changes the label; the handle stays.' },
  {
    id: '001/servers-switch',
    source: '001.9',
    sentence: 'PATCH is_active switches a connection off and, by a person, on again.',
  },
  {
    id: '001/servers-headers-replaced',
    source: '001.9',
    sentence: 'PATCH headers replaces all of them; absent they stay; the server is checked anew.',
  },
  {
    id: '001/servers-endpoint',
    source: '001.9',
    sentence: 'PATCH endpoint takes ADMIN, forgets the tools of the server before and checks the new one.',
  },
  {
    id: '001/servers-retargeted',
    source: '001.9',
    sentence: 'Another origin drops the headers unless they are sent along.',
  },
  { id: '001/servers-edit-refused', source: '001.9', sentence: 'A PATCH that does not fit changes nothing at all.' },
  {
    id: '001/servers-of-the-catalog',
    source: '001.9',
    sentence: 'An installed connection is renamed and switched; its server is the catalog’s.',
  },
  {
    id: '001/servers-test',
    source: '001.9',
    sentence: 'test asks now and answers ok with the server’s name, auth_required or error as data.',
  },
  {
    id: '001/servers-tools',
    source: '001.9',
    sentence: 'tools lists every tool with its schema and switches, disabled ones included.',
  },
  {
    id: '001/servers-tool-switches',
    source: '001.9',
    sentence: 'PATCH tools/:name switches a tool off or makes it ask, which is kept at the call.',
  },
  {
    id: '001/servers-delete',
    source: '001.9',
    sentence: 'DELETE is a 204 that destroys the secrets; a second one is a 404.',
  },
  {
    id: '001/headers-kept',
    source: '001.9',
    sentence: 'Submitting credentials again keeps the headers of a connection, unless they would go to another origin.',
  },
  {
    id: '001/stdio',
    source: '001.9',
    sentence: 'stdio runs commands of the catalog or the operator’s list alone.',
  },
] as const satisfies readonly Requirement[];
