import { afterAll } from 'vitest';
import { endFile } from './after-file.ts';

// A worker keeps its modules from file to file: a hook in one of those would belong to the first file alone.
afterAll(endFile);
