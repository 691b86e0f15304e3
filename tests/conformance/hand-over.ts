import { argv, env } from 'node:process';

/** The program that the suite runs as the client: it hands what it was told to the client in the process of the test. */
const answer = await fetch(env['PLUGBOARD_CONFORMANCE_CLIENT'] ?? '', {
  method: 'POST',
  body: JSON.stringify({
    serverUrl: argv.at(-1),
    scenario: env['MCP_CONFORMANCE_SCENARIO'],
    context: JSON.parse(env['MCP_CONFORMANCE_CONTEXT'] ?? '{}'),
  }),
});
process.stderr.write(await answer.text());
process.exitCode = answer.ok ? 0 : 1;
