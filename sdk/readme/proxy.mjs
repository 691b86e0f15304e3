import { createPlugboard } from '@plugboard/sdk';

const { PLUGBOARD_URL: url, PLUGBOARD_KEY: key = '' } = process.env;
const plugboard = createPlugboard({ url, key });

const response = await plugboard.proxy('gitlab', '/projects/acme%2Fapi/issues', { query: { state: 'opened' } });
for (const { title } of await response.json()) process.stdout.write(`${title}\n`);
