import { createPlugboard } from '@plugboard/sdk';

const { PLUGBOARD_URL: url, PLUGBOARD_KEY: key = '' } = process.env;

const plugboard = createPlugboard({ url, key });

for await (const { handle, status } of plugboard.connections.list()) process.stdout.write(`${handle} is ${status}\n`);

const outcome = await plugboard.connections.tools.call('gitlab', 'list_issues', {
  arguments: { project: 'acme/api' },
});
if (outcome.status === 'ok') process.stdout.write(`${JSON.stringify(outcome.output)}\n`);
else if (outcome.status === 'needs_approval') process.stdout.write(`A person decides at ${outcome.url}.\n`);
else process.stdout.write(`${outcome.message}\n`);
