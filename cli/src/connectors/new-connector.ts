import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { orUndo } from '../asking/undo.ts';
import type { Command } from '../command.ts';
import { readArguments, refuseMore } from '../read-arguments.ts';
import { UsageError } from '../show-error.ts';
import { plain, print } from '../terminal.ts';

/** `plugboard connectors new`: the folder of a connector that passes `check`, to go on from. */
export const newConnector: Command = {
  summary: 'begin a connector of your own',
  help: `plugboard connectors new <id> [--folder <folder>] [--name <text>] [--json]

Makes <folder>/<id> with connector.yaml and README.md: an HTTP API with a token and one tool. Change it to yours, look at
it with "plugboard connectors check", and name the folder in PLUGBOARD_CATALOG_DIRS of the server.

  --folder <folder>   where it is made; default: this one
  --name <text>       what people read; default: from the id
  --json              answer in JSON
`,
  async run(args) {
    const { values, positionals } = readArguments(args, options);
    const [id, ...more] = positionals;
    refuseMore(more);
    if (id === undefined || !/^[a-z0-9][a-z0-9-]{0,39}$/.test(id))
      throw new UsageError('An id has at most 40 of a-z, 0-9 and dash: plugboard connectors new acme-desk');
    const folder = join(resolve(values.folder), id);
    await makeFolder(folder, filesFor(id, values.name?.trim() || nameFrom(id)));
    return print(
      values.json,
      { id, folder },
      () => `Made ${plain(folder)}. Look at it: plugboard connectors check ${plain(folder)}\n`,
    );
  },
};

const options = {
  folder: { type: 'string', default: '.' },
  name: { type: 'string' },
  json: { type: 'boolean', default: false },
} as const;

function nameFrom(id: string): string {
  return id.replaceAll('-', ' ').replaceAll(/\b[a-z]/g, (letter) => letter.toUpperCase());
}

type Files = Readonly<Record<string, string>>;

/** The folder comes whole, or not at all, and never in the place of another. */
async function makeFolder(folder: string, files: Files): Promise<void> {
  await mkdir(dirname(folder), { recursive: true });
  await mkdir(folder).catch((cause: unknown) => {
    throw new UsageError(`${folder} cannot be made. It must not be there yet.`, { cause });
  });
  await orUndo(
    () => rm(folder, { recursive: true, force: true }),
    async () => {
      for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
    },
  );
}

function filesFor(id: string, name: string): Files {
  return { 'connector.yaml': manifestFor(id, name), 'README.md': guideFor(name) };
}

function manifestFor(id: string, name: string): string {
  return `schema: 1
id: ${id}
name: ${JSON.stringify(name)}
version: 1.0.0
description: ${JSON.stringify(`What agents can do in ${name}, in one sentence.`)}
category: other
auth_mode: pat
brand_color: '#0f766e'

# What a person fills in. A secret is sealed, hidden and never sent anywhere but to base_url.
fields:
  - key: base_url
    label: Address
    type: url
    placeholder: https://api.example.com
    help: Where the API answers.
  - key: token
    label: Access token
    secret: true
    help: Where in the menus of ${name.replaceAll(':', ' ')} a token is made.

${sameForAll}`;
}

const sameForAll = `auth:
  scheme: bearer
  token: \${field.token}

# Asked before a connection counts. "account" is who the token belongs to.
verify:
  kind: http
  url: \${field.base_url}/me
  account: name

http:
  base_url: \${field.base_url}

tools:
  - name: list_items
    label: List items
    description: Finds items by a word. Returns id and title of each.
    effect: read
    input:
      type: object
      properties:
        query: { type: string, description: 'A word of the title' }
      additionalProperties: false
    operation:
      method: GET
      path: /items
      query:
        q: \${arg.query}
`;

function guideFor(name: string): string {
  return `# ${name}

## Setup

1. Sign in to ${name}, and make an access token that may do no more than the tools need.
2. \`plugboard connect\` asks for it, or any form of Plugboard.
`;
}
