import { parentPort } from 'node:worker_threads';
import { isRecord } from '../lib/json.ts';
import { compile } from './compile.ts';

/** The worker's own program: compiles what it is sent and answers with the milliseconds it took, NaN where it failed. */
parentPort?.on('message', (request: unknown) => {
  if (isRecord(request)) parentPort?.postMessage({ id: request.id, compileMs: compileTime(request.schema) }, []);
});

function compileTime(schema: unknown): number {
  const started = performance.now();
  try {
    compile(schema, { allErrors: false });
    return performance.now() - started;
  } catch {
    return Number.NaN;
  }
}
