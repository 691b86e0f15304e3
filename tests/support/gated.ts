/** A connector whose provider is a gate: tools that read and write one thing, and a probe that always succeeds. */
export function gated(id: string, more = ''): string {
  return `
schema: 1
id: ${id}
name: ${id}
version: 1.0.0
description: A provider that answers when it is told to.
category: testing
auth_mode: pat
brand_color: '#000000'
fields:
  - { key: base_url, label: Address, type: url }
  - { key: token, label: Token, secret: true }
auth: { scheme: bearer, token: '\${field.token}' }
verify: { kind: http, method: GET, url: '\${field.base_url}/me', expect_status: [200] }
http: { base_url: '\${field.base_url}' }
${more}
tools:
  - name: get_thing
    label: Get a thing
    description: Returns one thing by its name.
    effect: read
    input:
      type: object
      properties: { name: { type: string, description: 'Which' } }
      required: [name]
      additionalProperties: false
    operation: { method: GET, path: '/things/\${arg.name}' }
  - name: find_things
    label: Find things
    description: Returns the things whose name has this text.
    effect: read
    input:
      type: object
      properties: { text: { type: string, description: 'A part of the name' } }
      additionalProperties: false
    operation: { method: GET, path: /search, query: { q: '\${arg.text}' } }
  - name: make_thing
    label: Make a thing
    description: Makes one thing with a name.
    effect: write
    input:
      type: object
      properties: { name: { type: string, description: 'Its name' } }
      required: [name]
      additionalProperties: false
    operation: { method: POST, path: /things, body: { name: '\${arg.name}' } }
`;
}
