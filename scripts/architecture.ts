import { order } from './import-order.ts';

/** `docs/ARCHITECTURE.md`, made from the list that the import test holds. */
export function renderArchitecture(): string {
  return [server(), rule, neighbours, walk].join('\n');
}

function server(): string {
  const width = Math.max(...order.map(({ name }) => shown(name).length)) + 2;
  const tree = order.map(({ name, purpose }) => `├── ${shown(name).padEnd(width)}${purpose}`).join('\n');
  return `# The shape of the code

*Written by \`npm run generate\` from \`scripts/import-order.ts\`. Change that list, not this page.*

## The server

\`\`\`text illustration
server/src/
${tree}
\`\`\`
`;
}

const rule = `## One rule

Imports point down this list, never up; files of one folder may import each other.

> ${order.map(({ name }) => `\`${name}\``).join(' · ')}

\`tests/import-order.test.ts\` holds it, whatever an import looks like; a folder that the list does not name fails too.
Above \`context.ts\` are orchestrators: functions that take \`ctx\` first. Below it are leaves: functions that take exactly what
they need and know nothing of requests. When a lower folder wants something from above, it takes it as an argument.
`;

const neighbours = `## Beside the server

| folder | what it is | may import |
|---|---|---|
| \`connectors/\` | the catalog: one folder per connector, data only | nothing |
| \`sdk/\` | the TypeScript client, without dependencies | nothing |
| \`cli/\` | one file per command | \`sdk/\` |
| \`dashboard/\` | React | \`sdk/\` |
| \`tests/\` | journeys, the battery, requirements, attacks, emulators, pins | anything |
| \`bench/\`, \`scripts/\` | load and latency; generate and check | \`server/\`, \`sdk/\` |
| \`examples/\` | complete small programs that the docs quote | \`sdk/\`, emulators of \`tests/\` |

Nobody else imports \`server/\`.
`;

const walk = `## An agent calls \`zendesk__get_ticket\`

\`\`\`text illustration
http/routes/tools.ts or mcp/  →  tools/call-tool.ts  callTool(ctx, …)
  ├ tools/find-tool.ts          → tool, connector, connection (or NOT_FOUND)
  ├ tools/check-arguments.ts    → arguments that match the tool's schema
  ├ tools/ruling.ts             → run (a read) · ask (a write → approvals/) · block
  └ tools/run-tool.ts
    ├ credentials/              the vault opens
    ├ auth-modes/               headers
    ├ transports/               build the request → egress → read the response
    └ calls/                    on record (a write's intent is on disk before it is sent)
\`\`\`
`;

function shown(name: string): string {
  return name.endsWith('.ts') ? name : `${name}/`;
}
