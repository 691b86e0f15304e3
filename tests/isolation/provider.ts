import { listen, type Listening } from '../emulators/listen.ts';

/** What a provider knows of an account: whose it is, and what stands in it. */
export interface Owned {
  readonly name: string;
  readonly content: string;
}

/** A call that arrived with the token of an account; looking who it is is none. */
export interface ProviderCall {
  readonly token: string;
  readonly method: string;
  readonly body: string;
}

/** A provider whose every answer says whose account it is. */
export interface Provider extends Listening {
  /** Takes one more token. */
  open(token: string, account: Owned): void;
  /** The calls since it was asked last, in order. */
  takeCalls(): readonly ProviderCall[];
  /** Of its connector, `notes`. */
  readonly manifest: string;
}

/** Starts on a free port. */
export async function startProvider(): Promise<Provider> {
  const accounts = new Map<string, Owned>();
  const calls: ProviderCall[] = [];
  const listening = await listen((request, response) => {
    const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
    const account = accounts.get(token);
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      if (request.url !== '/me') calls.push({ token, method: request.method ?? '', body });
      response.writeHead(account === undefined ? 401 : 200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(account ?? { message: 'Nobody has this token.' }));
    });
  });
  return {
    ...listening,
    open: (token, account) => void accounts.set(token, account),
    takeCalls: () => calls.splice(0),
    manifest: manifestOf(listening.url),
  };
}

function manifestOf(url: string): string {
  return `
schema: 1
id: notes
name: Notes
version: 1.0.0
description: Pages that belong to somebody.
category: testing
auth_mode: pat
brand_color: '#000000'
fields:
  - { key: token, label: Token, secret: true }
auth: { scheme: bearer, token: '\${field.token}' }
verify: { kind: http, method: GET, url: '${url}/me', expect_status: [200], account: name }
http: { base_url: '${url}' }
tools:
  - name: read_page
    label: Read the page
    description: Returns what stands on the page.
    effect: read
    input: { type: object, properties: {}, additionalProperties: false }
    operation: { method: GET, path: /page }
  - name: write_page
    label: Write on the page
    description: Writes a text on the page.
    effect: write
    input:
      type: object
      properties: { text: { type: string, description: 'What to write' } }
      required: [text]
      additionalProperties: false
    operation: { method: POST, path: /page, body: { text: '\${arg.text}' } }
`;
}
