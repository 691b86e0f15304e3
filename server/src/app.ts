import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { createPeopleAuth } from './access/sign-in/better-auth.ts';
import { createOidcSignIn } from './access/sign-in/oidc/oidc-sign-in.ts';
import { createAccess, jsonFetcher, type RunningAccess } from './access/create-access.ts';
import { firstStart, type GeneratedKey } from './access/start/first-start.ts';
import { isOnlyWorkspace } from './access/workspaces/is-only-workspace.ts';
import { findSettled } from './approvals/approval-store.ts';
import { voidingOver } from './approvals/void-waiting.ts';
import { watchProcesses } from './calls/audit/running-processes.ts';
import { sealInBackground, sealRegularly } from './calls/audit/seal-in-background.ts';
import { createCallLog } from './calls/create-call-log.ts';
import { createErrands } from './calls/errands.ts';
import { createWaitingCalls } from './calls/waiting-calls.ts';
import type { Catalog } from './catalog/catalog.ts';
import { type CatalogPlaces, loadCatalog } from './catalog/load-catalog.ts';
import { showProblem } from './catalog/manifest/manifest-problem.ts';
import { readCommands } from './catalog/read-commands.ts';
import { type Config, ConfigError } from './config.ts';
import { checkInBackground } from './connections/checking/check-connection.ts';
import { lookAtIdle } from './connections/health/idle/look-at-idle.ts';
import { reportHealth } from './connections/health/report-health.ts';
import { warnOfExpiry } from './connections/health/warn-of-expiry.ts';
import { pollSignInBackground } from './connections/sign-in/device/poll-device-sign-in.ts';
import { forgetHandshakes } from './connections/sign-in/forget-handshakes.ts';
import { resumeRevocations, revokeInBackground } from './connections/revoking/revoke-in-background.ts';
import { renewInBackground } from './connections/renewing/renew-in-background.ts';
import type { App } from './context.ts';
import { createEgress } from './egress/create-egress.ts';
import type { DnsLookup } from './egress/guard/resolve-host.ts';
import { createLimits } from './egress/limits/limits.ts';
import { createOutbox } from './events/outbox/create-outbox.ts';
import { createServer } from './http/create-server.ts';
import { dashboardDoor } from './http/doors/dashboard-door.ts';
import { createDrain, type Drain, drainServer } from './http/drain.ts';
import { mcpDoor } from './http/doors/mcp-door.ts';
import { forgetOldAnswers } from './http/idempotency/forget-old-answers.ts';
import { pagesDoor } from './http/pages/pages-door.ts';
import { routes } from './http/routes/index.ts';
import { authDoor } from './http/doors/auth-door.ts';
import { type HouseTask, keepHouse } from './jobs/keep-house.ts';
import { forgetUserTokens } from './links/user-tokens/forget-user-tokens.ts';
import { createJobRunner } from './jobs/create-job-runner.ts';
import { type Clock, systemClock } from './lib/clock.ts';
import { forgetLinks } from './links/connect-links/forget-links.ts';
import { createMcpEndpoint } from './mcp/create-mcp-endpoint.ts';
import { sealedColumns } from './sealed-columns.ts';
import { openStorage } from './storage/open-storage.ts';
import type { Storage } from './storage/storage.ts';
import { eraseInBackground } from './tools/erasing/finish-erasure.ts';
import { resumeErasures } from './tools/erasing/resume-erasures.ts';
import { houseKeeping } from './tools/house-keeping.ts';
import { createLooks } from './transports/mcp/sessions/looks.ts';
import { createMcpSessions } from './transports/mcp/sessions/mcp-sessions.ts';
import { openLocalServers } from './transports/mcp/stdio/open-local-servers.ts';
import { createSqliteRunner } from './transports/sql/sqlite/sqlite-runner.ts';
import { createKeyRotation } from './vault/rotation/create-key-rotation.ts';
import { loadMasterKeys } from './vault/master-keys.ts';
import { openVault } from './vault/open-vault.ts';
import { webhooksInBackground } from './webhooks/webhooks-in-background.ts';
import { createSchemaCompiler } from './workers/compile-schema.ts';

/** What the process brings besides its configuration. */
export interface AppParts {
  readonly config: Config;
  readonly log: Logger;
  readonly clock?: Clock;
  /** Asks a name server. Default: those of the machine. */
  readonly resolver?: DnsLookup;
  /** Where the connectors we ship lie. */
  readonly builtIn: CatalogPlaces['builtIn'];
  /** The folder of the dashboard's pages. */
  readonly dashboard: string;
  /** The file that compiles foreign schemas in a worker thread. */
  readonly schemaWorker: URL;
  /** The program that runs one statement on an SQLite file. */
  readonly sqliteProgram: URL;
}

/** An instance, ready to listen. */
export interface Instance {
  readonly app: App;
  readonly server: FastifyInstance;
  /** The admin key, where this first start generated one. */
  readonly generatedKey: GeneratedKey | undefined;
  /** Where it listens, once it does: `http://127.0.0.1:7400`. */
  listen(): Promise<string>;
  /** Lets calls in flight finish (15 s), then closes everything (R14). A second call waits for the first. */
  stop(): Promise<void>;
}

/** Builds everything that lives as long as the process, in order, and starts what runs by itself. Rejects in words. */
export async function createInstance(parts: AppParts): Promise<Instance> {
  const storage = await openStorage(parts.config);
  try {
    return await furnish(parts, storage);
  } catch (error) {
    await storage.close();
    throw error;
  }
}

async function furnish(parts: AppParts, storage: Storage): Promise<Instance> {
  const { config, log, clock = systemClock, resolver } = parts;
  const keys = await openKeys({ config, clock, log, storage });
  const onWorkspaceCreated = keys.vault.createWorkspaceKey.bind(keys.vault);
  const generatedKey = await firstStart({ ...config, storage, clock, onWorkspaceCreated });
  const own = { host: config.host, port: config.port, publicUrl: config.publicUrl };
  const { limits, egress } = openDoor({ config, clock, log, storage, resolver, own });
  const authSecret = keys.vault.derive('better-auth');
  const auth = createPeopleAuth({ storage, authSecret, publicUrl: own.publicUrl, clock });
  const access = createAccess({ storage, auth, clock, oidc: config.oidc, fetchJson: jsonFetcher(egress) });
  const warn = (sentence: string): void => log.warn(sentence);
  const localServers = await openLocalServers({ config, clock, warn, isOnlyWorkspace: () => isOnlyWorkspace(storage) });
  const drain = createDrain();
  const app: App = {
    config,
    log,
    clock,
    storage,
    ...keys,
    auth,
    access,
    egress,
    limits,
    catalog: await openCatalog(parts),
    schemas: createSchemaCompiler({ workerUrl: parts.schemaWorker }),
    sqlite: createSqliteRunner({ ...config, program: parts.sqliteProgram }),
    localServers,
    mcp: createMcpSessions({ egress, clock, local: localServers, localIdleMs: config.stdio?.idleMs ?? 0 }),
    looks: createLooks(clock),
    calls: createCallLog({ storage, log, strict: config.strictAudit }),
    waitingCalls: createWaitingCalls({ look: (ids) => findSettled(storage, clock, ids), log }),
    voidWaiting: voidingOver(clock),
    errands: createErrands(),
    deadline: drain.deadline,
  };
  access.start();
  limits.pauses.start();
  const leave = await startBackground(app, access);
  return { app, generatedKey, ...serve(app, { own, drain, close: leave, dashboard: parts.dashboard }) };
}

interface DoorParts extends Pick<App, 'config' | 'clock' | 'log' | 'storage'> {
  readonly resolver: DnsLookup | undefined;
  readonly own: Parameters<typeof createEgress>[0]['ownAddresses'];
}

/** The door to the network, and what keeps calls through it from hurting each other. */
function openDoor({ config, resolver, own, ...given }: DoorParts): Pick<App, 'limits' | 'egress'> {
  const limits = createLimits(given);
  const door = { allow: config.egressAllow, ownAddresses: own, clock: given.clock, health: limits.health };
  return { limits, egress: createEgress({ ...door, ...(resolver && { resolver }) }) };
}

/** What seals, and what rotates the keys it seals with. */
async function openKeys({ config, ...given }: Pick<App, 'config' | 'clock' | 'log' | 'storage'>) {
  const masterKeys = await loadMasterKeys(config);
  const vault = await openVault({ ...given, masterKeys });
  return { vault, keyRotation: createKeyRotation({ ...given, vault, masterKeys, places: sealedColumns }) };
}

async function openCatalog({ builtIn, config, log }: AppParts): Promise<Catalog> {
  const listed = readCommands(config.stdio?.commands ?? '');
  if (listed.problems.length > 0) throw new ConfigError(listed.problems);
  const { commands } = listed;
  const { catalog, problems } = await loadCatalog({ builtIn, dirs: config.catalogDirs, commands });
  for (const problem of problems) log.warn(`A connector was left out: ${showProblem(problem)}`);
  return catalog;
}

/** Starts what runs by itself; what it hands back ends it all, the database last. */
async function startBackground(app: App, access: RunningAccess): Promise<() => Promise<void>> {
  const { storage, clock, log } = app;
  const webhooks = webhooksInBackground(app);
  const handlers = {
    ...webhooks.jobs,
    'connection.check': checkInBackground(app),
    'connection.poll_sign_in': pollSignInBackground(app),
    'connection.revoke': revokeInBackground(app),
    'end_user.erase': eraseInBackground(app),
    'audit.seal': sealInBackground(app),
  };
  const jobs = createJobRunner({ storage, clock, log, handlers });
  const processes = watchProcesses({
    storage,
    clock,
    strict: app.config.strictAudit,
    masterKeys: app.keyRotation.masterKeyIds,
  });
  await processes.arrive();
  const house = keepHouse({ log, tasks: [processes.task, ...webhooks.tasks, ...tasksOf(app)] });
  const outbox = createOutbox({ storage, clock, log, listeners: [reportHealth(app), webhooks.listener] });
  jobs.start();
  await outbox.attend();
  outbox.start();
  webhooks.start();
  await house.start();
  return async () => {
    app.limits.pauses.stop();
    await Promise.all([jobs.stop(), outbox.stop(), webhooks.stop(), house.stop(), access.stop()]);
    await app.errands.over();
    await app.calls.close();
    await processes.leave();
    await app.mcp.close();
    app.sqlite.close();
    await Promise.all([app.localServers.close(), app.schemas.close(), app.egress.close()]);
    await storage.close();
  };
}

/** What is done again and again. */
function tasksOf(app: App): readonly HouseTask[] {
  return [
    ...houseKeeping(app),
    renewInBackground(app),
    lookAtIdle(app),
    warnOfExpiry(app),
    resumeRevocations(app),
    resumeErasures(app),
    forgetOldAnswers(app),
    forgetHandshakes(app),
    forgetLinks(app),
    forgetUserTokens(app),
    app.keyRotation.task,
    sealRegularly(app),
  ];
}

interface Serving {
  /** Learns the port where the configuration leaves it to the system. */
  readonly own: { port: number };
  readonly drain: Drain;
  readonly close: () => Promise<void>;
  readonly dashboard: string;
}

function serve(app: App, { own, drain, close, dashboard }: Serving): Pick<Instance, 'server' | 'listen' | 'stop'> {
  const server = createServer(app, {
    routes,
    doors: [authDoor, pagesDoor(createOidcSignIn(app)), mcpDoor(createMcpEndpoint()), dashboardDoor(dashboard)],
    drain,
  });
  let stopped: Promise<void> | undefined;
  return {
    server,
    async listen() {
      const address = await server.listen({ host: app.config.host, port: app.config.port }).catch(endedBy(close));
      own.port = Number(new URL(address).port);
      return address;
    },
    stop() {
      // Whoever waits for a person is told so now, instead of holding the process up.
      app.waitingCalls.release();
      stopped ??= drainServer(server, drain, { others: () => app.errands.over() }).then(close);
      return stopped;
    },
  };
}

/** Who cannot listen leaves in good order: it is no crash. */
function endedBy(close: () => Promise<void>): (error: unknown) => Promise<never> {
  return async (error) => {
    await close();
    throw error;
  };
}
