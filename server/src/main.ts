import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createInstance, type Instance } from './app.ts';
import { type Config, readConfig } from './config.ts';
import { createLog } from './http/telemetry/create-log.ts';

const here = import.meta.dirname;
const snapshot = join(here, 'catalog.json');
const isBuilt = existsSync(snapshot);

/** The files that lie elsewhere in a build than in the source tree. */
const places = {
  builtIn: isBuilt ? { snapshot } : { folder: join(here, '../../connectors') },
  dashboard: join(here, isBuilt ? 'dashboard' : '../../dashboard/src'),
  schemaWorker: pathToFileURL(join(here, isBuilt ? 'schema-worker.js' : 'workers/compile-in-worker.ts')),
  sqliteProgram: pathToFileURL(join(here, isBuilt ? 'sqlite-program.js' : 'transports/sql/sqlite/sqlite-program.ts')),
};

async function main(): Promise<void> {
  const config = readConfig(process.env);
  const log = createLog();
  const instance = await createInstance({ config, log, ...places });
  const stop = (): void => void leave(instance);
  // npm passes a group's signal on once more: a second one changes nothing.
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  const address = await instance.listen();
  process.stdout.write(welcome(config, instance, address));
}

async function leave(instance: Instance): Promise<void> {
  try {
    await instance.stop();
    process.exit(0);
  } catch (error) {
    instance.app.log.error({ err: error }, 'The process did not end cleanly.');
    process.exit(1);
  }
}

function welcome(config: Config, { generatedKey, app }: Instance, address: string): string {
  const lines = [
    `Plugboard is ready, listening on ${address}.`,
    `  Dashboard  ${config.publicUrl}/`,
    `  MCP        ${config.publicUrl}/mcp`,
    `  API        ${config.publicUrl}/docs`,
    `  Data       ${app.storage.engine === 'sqlite' ? config.dataDir : 'PostgreSQL'}, ${app.catalog.list().length} connectors`,
  ];
  if (generatedKey) lines.push(`  Admin key  in ${generatedKey.file} (only you can read it)`);
  // Shown once, to a person at a terminal; never into a file or a log collector (S28).
  if (generatedKey && process.stdout.isTTY) lines.push(`             ${generatedKey.key.reveal()}`);
  if (generatedKey && config.masterKeys.length === 0) {
    lines.push(
      `  The master key was generated beside the data in ${config.dataDir}. Keep a copy elsewhere; PLUGBOARD_MASTER_KEY_FILE is better.`,
    );
  }
  return `${lines.join('\n')}\n`;
}

/** What stops a start is told in a sentence; only a bug shows where it happened. */
function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if ('code' in error && error.code === 'EADDRINUSE')
    return 'The address is in use by another program. Stop that one, or set PLUGBOARD_PORT.';
  const isBug = error instanceof TypeError || error instanceof ReferenceError || error instanceof RangeError;
  return isBug ? (error.stack ?? error.message) : error.message;
}

main().catch((error: unknown) => {
  process.stderr.write(`Plugboard did not start. ${explain(error)}\n`);
  process.exit(1);
});
