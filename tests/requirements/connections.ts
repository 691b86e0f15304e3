import type { Requirement } from './requirement.ts';

/** Document 004: connections. */
export const connections = [
  {
    id: '004/catalog',
    source: '001.1',
    sentence:
      'The catalog says of each connector slug, authType, configured, availability, tools and credentialFields.',
  },
  {
    id: '004/configured',
    source: '004',
    sentence: 'configured says whether the OAuth client that a connector needs is set.',
  },
  {
    id: '004/fixed-words',
    source: '004',
    sentence: 'A fixed word in a path is never taken for an id, and hides nothing that is called by it.',
  },
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
  { id: '004/oauth-wrong-kind', source: '004.3', sentence: 'A handshake on a key connector is a 400.' },
  {
    id: '004/oauth-status',
    source: '004.4',
    sentence: 'GET answers the connection, and null for the address to open while no handshake is under way.',
  },
  {
    id: '004/oauth-unasked',
    source: '004.2',
    sentence: 'A handshake that cannot be begun, because its server cannot be asked, is a 502 and makes nothing.',
  },
  {
    id: '004/link',
    source: '004.6',
    sentence:
      'A handshake that a key begins hands out a page of ours, which names workspace, connector, scopes and who asks, to its person alone.',
  },
  {
    id: '004/direct',
    source: '004.6',
    sentence:
      'A key with oauth:direct, which ADMIN hands out, gets the provider’s address and answers for its browser.',
  },
  {
    id: '004/device',
    source: '004.4',
    sentence:
      'Where the provider has codes for devices, {"flow":"device"} answers one, and we ask until it was typed in.',
  },
  {
    id: '004/callback-refusals',
    source: '004.6',
    sentence: 'The way back without a state that was begun here is a 400 in words that repeats nothing of it.',
  },
  {
    id: '004/oauth',
    source: '004.4',
    sentence: 'GET tells where the handshake stands, POST starts a new one.',
  },
  {
    id: '004/oauth-start',
    source: '004.5',
    sentence: 'The start address redirects a browser and answers a program with JSON.',
  },
  {
    id: '004/callback',
    source: '004.6',
    sentence:
      'A state works once, for 15 minutes, in the browser of whoever it belongs to, who sees whose account it is before it counts.',
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
  },
  { id: '004/patch', source: '004.8', sentence: 'PATCH changes label and isActive.' },
  {
    id: '004/patch-scope',
    source: '004.8',
    sentence: 'PATCH gives a connection to a crew (by id or slug), to the workspace, or back to one person.',
  },
  {
    id: '004/patch-scope-role',
    source: '004.1',
    sentence: 'Sharing takes MANAGER, also of whoever owns the connection.',
  },
  {
    id: '004/patch-scope-loosening',
    source: '004.8',
    sentence: 'Letting others use a connection takes a person or a key with the scope admin.',
  },
  {
    id: '004/patch-scope-approvals',
    source: '004.8',
    sentence: 'A call that was asked for before a connection was shared is voided.',
  },
  {
    id: '004/inactive',
    source: '004.8',
    sentence: 'An inactive connection hides its tools and refuses calls as disabled.',
  },
  { id: '004/tool-switches', source: '004.8', sentence: 'One tool of a connection can be disabled, or made to ask.' },
] as const satisfies readonly Requirement[];
