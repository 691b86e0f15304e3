import { createPlugboard, isPlugboardError } from '@plugboard/sdk';

const { PLUGBOARD_URL: url, PLUGBOARD_KEY: key = '' } = process.env;
const plugboard = createPlugboard({ url, key });

try {
  await plugboard.connections.get('01890a5d-ac96-7a56-8145-270ce6b3bebd', { signal: AbortSignal.timeout(5_000) });
} catch (error) {
  if (isPlugboardError(error, 'NOT_FOUND')) process.stdout.write('It is gone.\n');
  else if (isPlugboardError(error, 'CONFLICT')) process.stdout.write(`${error.details.choices?.length} are meant.\n`);
  else throw error;
}
