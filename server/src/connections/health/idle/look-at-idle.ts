import { isAgentConnector } from '../../../catalog/own-connectors.ts';
import { chosenServer } from '../../../catalog/chosen-server.ts';
import type { Connector } from '../../../catalog/connector.ts';
import { findOrigins } from '../../../catalog/origins.ts';
import type { App } from '../../../context.ts';
import { describeError } from '../../../jobs/describe-error.ts';
import type { HouseTask } from '../../../jobs/keep-house.ts';
import { checkConnection } from '../../checking/check-connection.ts';
import type { Connection } from '../../connection.ts';
import { findConnectorOf } from '../../connector-of.ts';
import { listDueLooks, listUnplanned, type NextLook, type PlannedLook, planLooks } from './look-store.ts';
import { nextLook } from './next-look.ts';
import { wasUsed } from './recent-uses.ts';
import { type DueLook, shareLooks } from './share-looks.ts';

type Looking = Parameters<typeof checkConnection>[0] & Pick<App, 'log'>;

const everyMs = 60_000;
const budget = { inAll: 128, perWorkspace: 16, perOrigin: 8 };
const atOnce = 8;
/** Connections a round that are due, and that are new: planning costs little, asking does not. */
const mostDue = 128;
const mostNew = 1_000;
/** A call that worked in this time says as much as a question. */
const recentlyMs = 6 * 3_600_000;

/**
 * Asks the providers of connections that nobody uses whether they still work, on every replica, a few at a time: whoever plans
 * the next look at one is the one who looks. The first round keeps no process from starting.
 */
export function lookAtIdle(app: Looking): HouseTask {
  let isFirst = true;
  return {
    name: 'connections that nobody uses',
    everyMs,
    async run() {
      const round = lookRound(app);
      if (!isFirst) return round;
      isFirst = false;
      app.errands
        .run(round)
        .catch((error: unknown) => app.log.warn({ reason: describeError(error) }, 'No connection was looked at yet.'));
    },
  };
}

/** One round: what is due is shared out, planned anew, and looked at; what is new is planned. */
export async function lookRound(app: Looking): Promise<void> {
  const { storage, clock } = app;
  await planNew(app);
  const due = await Promise.all(
    (await listDueLooks(storage, clock.now(), mostDue)).map((look) => withOrigin(app, look)),
  );
  const { now, later } = shareLooks(due.filter(isLook), budget);
  const others = due.filter((each) => !isLook(each));
  const ours = await planLooks(storage, [
    ...now.map((look) => planned(app, look, 1)),
    ...later.map((look) => ({ look, looks: look.looks, at: soon(app) })),
    ...others.map((look) => planned(app, look)),
  ]);
  const mine = now.filter(({ id }) => ours.has(id));
  await inTurns(mine, ({ connection }) => lookAt(app, connection));
}

async function planNew(app: Looking): Promise<void> {
  const unplanned = await listUnplanned(app.storage, mostNew);
  await planLooks(
    app.storage,
    unplanned.map((look) => planned(app, look)),
  );
}

interface Due extends DueLook, PlannedLook {
  readonly workspaceId: string;
  readonly connection: Connection;
}

function isLook({ origin }: Due): boolean {
  return origin !== undefined;
}

/** Where its provider would be asked; nowhere, where there is nothing to ask or nobody wants to know. */
async function withOrigin(app: Looking, look: Omit<Due, 'origin'>): Promise<Due> {
  const { connection, workspaceId, status, isDeleted } = look;
  const isWanted = connection.isActive && !isDeleted && (status === 'connected' || status === 'auth_failed');
  if (!isWanted || isAgentConnector(connection.connectorId)) return { ...look, origin: undefined };
  const connector = await findConnectorOf({ ...app, db: app.storage.workspace(workspaceId) }, connection);
  return { ...look, origin: connector && askedAt(connector, connection) };
}

/** Without a probe there is nothing to find out, and no program is started for that alone. */
function askedAt(connector: Connector, { config }: Connection): string | undefined {
  const isProgram = connector.mcp !== undefined && chosenServer(connector.mcp, config).transport === 'stdio';
  if (connector.verify === undefined || isProgram) return undefined;
  const found = findOrigins(connector, config);
  return found.ok ? (found.origins[0] ?? connector.id) : undefined;
}

/** The next look after so many more at a connection that has failed. */
function planned({ clock }: Looking, look: PlannedLook, more = 0): NextLook {
  const looks = look.status === 'auth_failed' ? look.looks + more : look.looks;
  return { look, looks, at: nextLook({ ...look, looks }, clock.now(), Math.random()) };
}

/** What does not fit into this round comes in one of the next ten. */
function soon({ clock }: Looking): number {
  return clock.now() + Math.round(everyMs * (1 + Math.random() * 9));
}

/** A look that comes to nothing for a reason of its own holds up no other. */
async function lookAt(app: Looking, connection: Connection): Promise<void> {
  const { id, workspaceId, status } = connection;
  if (app.deadline.aborted || (status === 'connected' && wasUsed(app, connection, recentlyMs))) return;
  try {
    await checkConnection(app, { workspaceId, connectionId: id, signal: app.deadline });
  } catch (error) {
    app.log.warn({ connection: id, reason: describeError(error) }, 'A connection could not be looked at.');
  }
}

async function inTurns<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  const waiting = [...items];
  const turn = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await work(next);
  };
  await Promise.all(Array.from({ length: atOnce }, turn));
}
