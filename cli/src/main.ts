#!/usr/bin/env node
import { endOnSignals } from './asking/undo.ts';
import { plugboard } from './plugboard.ts';

// Where nobody reads its errors any more (a closed window), a command still ends as it should, with what it has to undo.
process.stderr.on('error', () => undefined);

process.exitCode = await plugboard(process.argv.slice(2), process.env, ({ answersSignals }) => {
  if (answersSignals !== true) endOnSignals();
});
