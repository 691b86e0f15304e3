/** A help desk that is a GitLab underneath: its arguments stand in path, query, headers and body. */
export const desk = `
schema: 1
id: desk
name: Help desk
version: 1.0.0
description: A help desk whose tickets are the issues of a project.
category: testing
auth_mode: pat
brand_color: '#000000'
fields:
  - { key: base_url, label: Address, type: url }
  - { key: token, label: Token, secret: true }
auth: { scheme: bearer, token: '\${field.token}' }
http:
  base_url: \${field.base_url}/api/v4
  headers: { x-edition: manifest, x-tenant: manifest }
  query: { locale: en }
tools:
  - name: list_tickets
    label: List tickets
    description: Returns the tickets of a project, a page at a time.
    effect: read
    input:
      type: object
      properties:
        project: { type: string, description: 'Path of the project' }
        status: { type: string, enum: [opened, closed, all], description: 'Which tickets' }
        size: { type: integer, minimum: 1, maximum: 100, description: 'Tickets a page' }
        labels: { type: array, items: { type: string }, description: 'Only tickets with these' }
        trace: { type: string, description: 'Marks the request' }
      required: [project, size]
      additionalProperties: false
    operation:
      method: GET
      path: /projects/\${arg.project|slashes}/issues
      query: { state: '\${arg.status}', per_page: '\${arg.size}', labels: '\${arg.labels|join}' }
      headers: { X-Trace: '\${arg.trace}' }
      keep: [title]
  - name: create_ticket
    label: Create a ticket
    description: Opens a ticket in a project.
    effect: write
    input:
      type: object
      properties:
        project: { type: string, description: 'Path of the project' }
        title: { type: string, description: 'What it is about' }
      required: [project, title]
      additionalProperties: false
    operation:
      method: POST
      path: /projects/\${arg.project|slashes}/issues
      body: { title: '\${arg.title}' }
`;
