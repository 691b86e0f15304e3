import type { Requirement } from './requirement.ts';

/** Document 000: connecting under a name. */
export const connect = [
  {
    id: '000/connect',
    source: '000',
    sentence: 'A connector is connected under a name: a 200 with the record of the new connection.',
  },
  {
    id: '000/connect-record',
    source: '000.1',
    sentence:
      'The record has id, connector_id, name, version, access_scope, is_service_account, owner, status, general_params, target_system_servers and created_at.',
  },
  {
    id: '000/connect-checked',
    source: '001.7',
    sentence: 'The answer does not wait for the provider: the connection is pending, then connected or auth_failed.',
  },
  { id: '000/connect-again', source: '000', sentence: 'Connecting again makes another connection.' },
  { id: '000/connect-key-header', source: '000', sentence: 'The key counts in x-api-key.' },
  { id: '000/connect-name', source: '000', sentence: 'The name is required, and text.' },
  {
    id: '000/connect-nulls',
    source: '000',
    sentence: 'Everything but the name may be absent or null, which means its default.',
  },
  { id: '000/connect-unknown-fields', source: 'Everywhere 4', sentence: 'Unknown fields of the body are ignored.' },
  {
    id: '000/connect-detail',
    source: '000',
    sentence: 'A bad body is a 422 with detail: for each thing its place, a message and a type.',
  },
  {
    id: '000/connect-envelope',
    source: 'Everywhere 3',
    sentence: 'Every other refusal has the one envelope.',
  },
  {
    id: '000/connect-unknown-connector',
    source: '000.2',
    sentence: 'An unknown connector is a 404, before anything is said of the body.',
  },
  {
    id: '000/connect-pinned',
    source: '000.2',
    sentence:
      'A version pins: the connection keeps the tools and calls of that version when the catalog has a newer one.',
  },
  {
    id: '000/connect-latest',
    source: '000',
    sentence: 'Without a version the connection goes with the latest.',
  },
  {
    id: '000/connect-kept',
    source: '000.2',
    sentence:
      'Every version in use is kept: it can be connected again, and what is pinned to it works on when its connector has left the catalog.',
  },
  { id: '000/connect-unknown-version', source: '000.2', sentence: 'An unknown version is a 422.' },
  {
    id: '000/connect-write-only',
    source: '000',
    sentence: 'Security and headers are write-only: no answer, event or unsealed column has them.',
  },
  {
    id: '000/connect-api-key',
    source: '000.1',
    sentence: 'apiKey and bearer fit every connector with one secret, and fill it.',
  },
  {
    id: '000/connect-header-name',
    source: '000.1',
    sentence: 'headerName counts where the connector lets its header be chosen, and is ignored elsewhere.',
  },
  { id: '000/connect-basic', source: '000.1', sentence: 'basic takes username and password.' },
  { id: '000/connect-dsn', source: '000.1', sentence: 'connectionString takes a DSN.' },
  {
    id: '000/connect-dsn-refused',
    source: '000.1',
    sentence:
      'A DSN that is not understood or names more than it may is a 422 that repeats none of it; nothing is kept.',
  },
  { id: '000/connect-fields', source: '000.1', sentence: 'Several fields are given by their own keys.' },
  {
    id: '000/connect-other-method',
    source: '000.1',
    sentence: 'Another method than the connector’s is a 422 that says what it takes.',
  },
  {
    id: '000/connect-no-credentials',
    source: '000.1',
    sentence: 'A key connector without credentials is a 422 that names the field.',
  },
  {
    id: '000/connect-mistyped',
    source: 'Everywhere 4',
    sentence: 'An unknown key among the credentials is refused.',
  },
  {
    id: '000/connect-sign-in',
    source: '000.1',
    sentence:
      'An OAuth connector without a token is a 200 with oauth2_required, a message and the address of the page to open.',
  },
  {
    id: '000/connect-sign-in-again',
    source: '000.1',
    sentence: 'Asking for the same sign-in again is the same page again; another one does not change it.',
  },
  {
    id: '000/connect-sign-in-page',
    source: '000.1',
    sentence: 'The page signs a person in to this very connection.',
  },
  {
    id: '000/connect-import',
    source: '000.1',
    sentence: 'An oauth2Token is imported and refreshed from then on.',
  },
  {
    id: '000/connect-other-way',
    source: '001.1',
    sentence: 'A connector with several ways to sign in is connected by the one that the method means.',
  },
  {
    id: '000/connect-params',
    source: '000.3',
    sentence: 'General parameters with name, description, location and value are kept and answered back.',
  },
  {
    id: '000/connect-params-refused',
    source: '000.3',
    sentence: 'A parameter that cannot be sent, stands where credentials do, or comes twice is a 422.',
  },
  { id: '000/connect-headers', source: '000', sentence: 'Headers go with every call through the connection.' },
  {
    id: '000/connect-headers-below-auth',
    source: '000.3',
    sentence: 'What proves who we are comes before a header of the connection, and that before the manifest’s.',
  },
  {
    id: '000/connect-headers-refused',
    source: '000.3',
    sentence: 'Hop-by-hop headers, Host, Content-Length and what is no header are a 422.',
  },
  {
    id: '000/connect-headers-stay',
    source: '000',
    sentence: 'Submitting new credentials leaves the headers of the connection as they are.',
  },
  {
    id: '000/connect-servers',
    source: '000.4',
    sentence: 'The first target server takes the place of the connector’s; each has a url and perhaps a description.',
  },
  {
    id: '000/connect-servers-refused',
    source: '000.4',
    sentence: 'A server that is no plain address, or that may not be reached from here, is a 422.',
  },
  {
    id: '000/connect-servers-at-call',
    source: '000.4',
    sentence: 'The server is guarded at every call, too.',
  },
  {
    id: '000/connect-servers-sealed',
    source: '000.4',
    sentence: 'Secrets and headers go to the target server alone; another one needs them again.',
  },
  {
    id: '000/connect-personal',
    source: '000.6',
    sentence: 'A personal connection, the default, is visible to and usable by its owner alone.',
  },
  {
    id: '000/connect-organizational',
    source: '000.6',
    sentence: 'An organizational one is there for every member of the workspace, and takes a MANAGER to make.',
  },
  { id: '000/connect-other-scope', source: '000.2', sentence: 'Another access scope is a 422.' },
  {
    id: '000/connect-service-account',
    source: '000.2',
    sentence: 'is_service_account is kept; with personal it is accepted and has no effect.',
  },
] as const satisfies readonly Requirement[];
