import { driveToken } from '../emulators/drive.ts';
import { connect, type ConnectWish } from './connect.ts';
import type { Plugboard } from './plugboard.ts';

/** A connector whose tools take, hand out and list files. */
export const drive = `
schema: 1
id: drive
name: Drive
version: 1.0.0
description: Keeps files, hands them out and lists what it has.
category: testing
auth_mode: pat
brand_color: '#000000'
fields:
  - { key: base_url, label: Address, type: url }
  - { key: token, label: Token, secret: true }
auth: { scheme: bearer, token: '\${field.token}' }
verify: { kind: http, url: '\${field.base_url}/me', account: id }
http:
  base_url: \${field.base_url}
  message: [error.detail, error]
tools:
  - name: send_form
    label: Send a form
    description: Sends files with a note.
    effect: write
    input:
      type: object
      properties:
        file: { format: file, description: 'The file' }
        more: { type: array, items: { format: file }, description: 'Further files' }
        note: { type: string, description: 'A note' }
        tags: { type: array, items: { type: string }, description: 'Tags' }
        facts: { type: object, description: 'Facts' }
      required: [file]
      additionalProperties: false
    operation:
      method: POST
      path: /forms
      body_type: multipart
      body: { file: '\${arg.file}', more: '\${arg.more}', note: 'Note: \${arg.note}', tag: '\${arg.tags}', facts: '\${arg.facts}', kind: fixed }
  - name: put_file
    label: Put a file
    description: Sends a file as it is.
    effect: write
    input:
      type: object
      properties:
        name: { type: string, description: 'What it is called there' }
        file: { format: file, description: 'The file' }
      required: [name, file]
      additionalProperties: false
    operation: { method: PUT, path: '/files/\${arg.name}', body_type: file, body: '\${arg.file}' }
  - name: get_file
    label: Get a file
    description: Hands a file out.
    effect: read
    input: &byName
      type: object
      properties: { name: { type: string, description: 'What it is called' } }
      required: [name]
      additionalProperties: false
    operation: { method: GET, path: '/files/\${arg.name}', answer: file }
  - name: look_at_file
    label: Look at a file
    description: Hands a file out, without a word about what it is.
    effect: read
    input: *byName
    operation: { method: GET, path: '/files/\${arg.name}' }
  - name: read_said
    label: Read what is said
    description: Answers what the drive was told to say.
    effect: read
    input: { type: object, properties: {}, additionalProperties: false }
    operation: { method: GET, path: /said }
  - name: list_by_cursor
    label: List by cursor
    description: Lists what there is, by a cursor.
    effect: read
    input:
      type: object
      properties: { after: { type: string, description: 'Cursor' } }
      additionalProperties: false
    operation:
      method: GET
      path: /cursors
      query: { after: '\${arg.after}' }
      select: data
      keep: [things.id]
      pagination: { kind: cursor, items: things, argument: after, next: meta.next, total: meta.count }
  - name: list_by_link
    label: List by link
    description: Lists what there is, by links.
    effect: read
    input:
      type: object
      properties:
        page: { type: integer, minimum: 1, description: 'Page' }
        evil: { type: string, description: 'Where the link leads' }
      additionalProperties: false
    operation:
      method: GET
      path: /links
      query: { page: '\${arg.page}', evil: '\${arg.evil}' }
      keep: [id]
      pagination: { kind: link, argument: page }
  - name: list_by_page
    label: List by page
    description: Lists what there is, by pages.
    effect: read
    input:
      type: object
      properties: { page: { type: integer, minimum: 1, maximum: 100, description: 'Page' } }
      additionalProperties: false
    operation:
      method: GET
      path: /pages
      query: { page: '\${arg.page}' }
      pagination: { kind: page, items: items, argument: page, more: next_page }
  - name: list_by_offset
    label: List by offset
    description: Lists what there is, by offsets.
    effect: read
    input:
      type: object
      properties:
        offset: { type: integer, minimum: 0, description: 'Offset' }
        limit: { type: integer, minimum: 1, maximum: 100, description: 'How many' }
      additionalProperties: false
    operation:
      method: GET
      path: /offsets
      query: { offset: '\${arg.offset}', limit: '\${arg.limit}' }
      pagination: { kind: offset, items: items, argument: offset, size: limit }
`;

/** Connects the drive at this address. */
export function connectDrive(plugboard: Pick<Plugboard, 'call'>, url: string, wish: ConnectWish = {}): Promise<string> {
  return connect(plugboard, ['drive', { base_url: url, token: driveToken }], wish);
}
