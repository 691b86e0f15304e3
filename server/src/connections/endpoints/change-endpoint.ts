import { bumpGeneration } from '../../access/generations.ts';
import { headerSecrets } from '../../auth-modes/connection-headers.ts';
import { agentConnector } from '../../catalog/own-connectors.ts';
import { originOf } from '../../catalog/origins.ts';
import type { Context } from '../../context.ts';
import { replaceCredentials, type SealedCredential } from '../../credentials/credential-store.ts';
import { sealCredentials } from '../../credentials/seal-credentials.ts';
import { actorOf, appendEvent } from '../../events/append-event.ts';
import { isoTime } from '../../lib/clock.ts';
import { changeConnection } from '../connection-store.ts';
import { subjectOf } from '../connection-events.ts';
import { mayUseLoopback } from '../values/submitted-values.ts';
import { nameTaken, requirePersonForReads } from './create-endpoint.ts';
import { type AgentEndpoint, effectOf, type EndpointSettings, keepEndpointSettings } from './endpoint.ts';
import { ownOrigins, readAddress, refuseUnreachable } from './endpoint-address.ts';
import { readConfig, readType } from './endpoint-config.ts';
import { type Headers, readHeaders } from './endpoint-headers.ts';
import { isNameTaken, renameEndpoint } from './endpoint-store.ts';
import { seeEndpoint } from './see-endpoint.ts';
import { openHeaders } from './show-headers.ts';

/** What is to change; what is left out stays, `headers` and `config` are replaced whole (RULINGS 002.2). */
export interface EndpointEdit {
  readonly name?: string | undefined;
  readonly type?: string | undefined;
  readonly baseUrl?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly config?: unknown;
}

/**
 * Changes an endpoint. Where it moves to another origin its headers are dropped unless they are sent again (S1). Throws
 * BAD_REQUEST for what cannot be, CONFLICT for a taken name alone, NOT_FOUND where it was deleted meanwhile.
 */
export async function changeEndpoint(
  ctx: Context,
  endpoint: AgentEndpoint,
  edit: EndpointEdit,
): Promise<AgentEndpoint> {
  const place = { projectId: endpoint.projectId, id: endpoint.connection.id };
  // A change that comes second is made again on top of the first: each round lost is somebody else's change made.
  for (let before = endpoint; ; before = await seeEndpoint(ctx, place)) {
    const change = await prepareChange(ctx, before, edit);
    if (change.changes.length === 0) return before;
    if (await apply(ctx, change)) return seeEndpoint(ctx, place);
  }
}

interface Change {
  readonly before: AgentEndpoint;
  readonly name: string;
  readonly settings: EndpointSettings;
  readonly loopback: boolean;
  /** What takes the place of its headers; `undefined` where they stay. */
  readonly sealed: readonly SealedCredential[] | undefined;
  readonly changes: readonly string[];
}

async function prepareChange(ctx: Context, before: AgentEndpoint, edit: EndpointEdit): Promise<Change> {
  const type = edit.type === undefined ? before.type : readType(edit.type);
  const baseUrl = edit.baseUrl === undefined ? before.baseUrl : readAddress(edit.baseUrl);
  const config = readConfig(type, edit.config ?? before.config);
  const hasMoved = originOf(baseUrl) !== originOf(before.baseUrl);
  const headers = await headersAfter(ctx, before, { given: edit.headers, hasMoved });
  const headerNames = headers === undefined ? before.headerNames : Object.keys(headers);
  const settings = { type, baseUrl, headerNames, config };
  const loopback = hasMoved ? mayUseLoopback(ctx, agentConnector(type)) : before.connection.loopback;
  if (edit.baseUrl !== undefined) await refuseUnreachable(ctx, baseUrl, loopback);
  const name = edit.name ?? before.name;
  const changes = changesOf(before, { ...settings, name, newHeaders: headers !== undefined });
  if (effectOf(settings) === 'read' && changes.some((each) => each !== 'name')) requirePersonForReads(ctx);
  const owner = { ...before.connection, generation: before.connection.generation + 1 };
  const credentials = { secrets: headerSecrets(headers ?? {}), origins: ownOrigins(settings) };
  const sealed = headers === undefined ? undefined : await sealCredentials(ctx.vault, owner, credentials);
  return { before, name, settings, loopback, sealed, changes };
}

interface HeaderEdit {
  readonly given: Readonly<Record<string, string>> | undefined;
  readonly hasMoved: boolean;
}

/** The headers to be kept from now on; `undefined` where they stay as they are. A mask stands for a value only where it may still go. */
async function headersAfter(
  ctx: Context,
  before: AgentEndpoint,
  { given, hasMoved }: HeaderEdit,
): Promise<Headers | undefined> {
  if (given === undefined) return hasMoved && before.headerNames.length > 0 ? {} : undefined;
  if (hasMoved) return readHeaders(given);
  const known = await openHeaders(ctx, [before]);
  return readHeaders(given, known.get(before.connection.id));
}

function changesOf(
  before: AgentEndpoint,
  after: EndpointSettings & { readonly name: string; readonly newHeaders: boolean },
): readonly string[] {
  return [
    ...(after.name === before.name ? [] : ['name']),
    ...(after.type === before.type ? [] : ['type']),
    ...(after.baseUrl === before.baseUrl ? [] : ['baseUrl']),
    ...(after.newHeaders ? ['headers'] : []),
    ...(JSON.stringify(after.config) === JSON.stringify(before.config) ? [] : ['config']),
  ];
}

/** One transaction: all of it is changed, or nothing; false where somebody else was first. */
function apply(ctx: Context, change: Change): Promise<boolean> {
  const { before, name, settings, loopback, sealed, changes } = change;
  const { connection, projectId } = before;
  return ctx.db.transact(async (trx) => {
    await bumpGeneration(trx);
    if (await isNameTaken(trx, { projectId, id: connection.id, name })) throw nameTaken(name);
    const changed = await changeConnection(trx, connection, {
      label: name,
      connector_id: agentConnector(settings.type).id,
      config: JSON.stringify(keepEndpointSettings(settings)),
      loopback: loopback ? 1 : 0,
      generation: connection.generation + 1,
      updated_at: isoTime(ctx.clock),
    });
    if (!changed) return false;
    await renameEndpoint(trx, connection.id, name);
    if (sealed !== undefined) await replaceCredentials(trx, connection.id, sealed);
    const event = { type: 'connection.changed', actor: actorOf(ctx.caller), subject: subjectOf(connection) } as const;
    await appendEvent(trx, ctx.clock, { ...event, data: { changes } });
    return true;
  });
}
