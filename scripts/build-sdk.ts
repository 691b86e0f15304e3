import { join } from 'node:path';
import { buildPackage } from './sdk/build-package.ts';

/** Makes `@plugboard/sdk` as it is published, in `sdk/dist` or the folder that is named. */
const [out = join(import.meta.dirname, '../sdk/dist')] = process.argv.slice(2);
await buildPackage(out);
process.stdout.write(`made ${out}\n`);
