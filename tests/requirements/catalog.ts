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
