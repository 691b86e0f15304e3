import type { Requirement } from './requirement.ts';

/** Document 003: the connector object. */
export const connectorObjects = [
  {
    id: '003/object',
    source: '003',
    sentence: 'An object has id, type, name, status, status_reason, is_active and two times, and nothing secret.',
  },
  {
    id: '003/list',
    source: '003.1',
    sentence: 'The list is {data, meta} with the request id and the cursor of the next page.',
  },
  {
    id: '003/list-filters',
    source: '003.1',
    sentence: 'The list narrows by type, status and whether an object is active.',
  },
  {
    id: '003/seen',
    source: '004.1',
    sentence: 'Everybody sees what they may use or manage: their own, their crews’, the workspace’s.',
  },
  { id: '003/no-agents', source: 'Words', sentence: 'Agent endpoints are no connector objects.' },
  { id: '003/detail', source: '003.1', sentence: 'One object has its tools, and meta with the request id.' },
  {
    id: '003/tool',
    source: '003',
    sentence: 'A tool has name, label, description, type, requires_confirmation and disabled.',
  },
  {
    id: '003/tool-name',
    source: 'Everywhere 16',
    sentence: 'A tool is named <connector>_<tool>, and is called and switched by that name too.',
  },
  {
    id: '003/ids',
    source: '003.1',
    sentence: 'An id is connector_ and 24 hex digits, or the UUID; anything else is a 400.',
  },
  { id: '003/type', source: '003.1', sentence: 'The type is the id of the connector.' },
  {
    id: '003/several',
    source: '003',
    sentence: 'Several instances of one type differ by their names.',
  },
  {
    id: '003/unlisted',
    source: '003.1',
    sentence: 'Connections that wait or are revoked are not listed, and are a 404 by id.',
  },
  { id: '003/status-reason', source: '003.1', sentence: 'status_reason is null while connected, words otherwise.' },
  { id: '003/no-post', source: '003.1', sentence: 'There is no way to make a connection here.' },
  {
    id: '003/auth-failed',
    source: '003.2',
    sentence: 'auth_failed means that the provider refused the credential itself.',
  },
  {
    id: '003/token-expired',
    source: '003.2',
    sentence: 'token_expired means that the token is over and cannot be refreshed.',
  },
  {
    id: '003/blips',
    source: '003.2',
    sentence: 'A network fault, a 429, a 5xx or a single 403 never changes the status.',
  },
  {
    id: '003/reconnected',
    source: '003.2',
    sentence: 'An object is connected again once the provider accepts other values, and not before.',
  },
  { id: '003/updated-at', source: '003', sentence: 'updated_at moves with the status and with every reconfiguration.' },
  {
    id: '003/cascade',
    source: '003.3',
    sentence: 'A failing connection pauses the agents that need it, and reconnecting restores them.',
    waits: 'agents',
  },
  {
    id: '003/unattended',
    source: '003.4',
    sentence: 'Runs without a person follow what their agent says of writes.',
    waits: 'agents',
  },
  {
    id: '003/disabled-tool',
    source: '003.4',
    sentence: 'A disabled tool is hidden from lists and refused when called, and still stands in the detail.',
  },
  {
    id: '003/inactive',
    source: '003',
    sentence: 'An inactive connection says so, and its tools are in no list.',
  },
  {
    id: '003/read-asks',
    source: '003',
    sentence: 'A read that was made to ask says that it needs a confirmation, and asks.',
  },
  {
    id: '003/write-asks',
    source: '003',
    sentence: 'A write says that it needs a confirmation, whatever the switch says.',
  },
] as const satisfies readonly Requirement[];
