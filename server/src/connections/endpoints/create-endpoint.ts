import { grantsAuthority } from '../../access/acting.ts';
import { bumpGeneration } from '../../access/generations.ts';
import type { Project } from '../../access/workspaces/projects.ts';
import { headerSecrets } from '../../auth-modes/connection-headers.ts';
import { agentConnector } from '../../catalog/own-connectors.ts';
import type { Context } from '../../context.ts';
import { Failure } from '../../errors.ts';
import { prepareConnection } from '../new-connection.ts';
import { mayUseLoopback } from '../values/submitted-values.ts';
import { type AgentEndpoint, effectOf, type EndpointSettings, keepEndpointSettings } from './endpoint.ts';
import { ownOrigins, readAddress, refuseUnreachable } from './endpoint-address.ts';
import { readConfig, readType } from './endpoint-config.ts';
import { type Headers, readHeaders } from './endpoint-headers.ts';
import { insertEndpoint, isNameTaken } from './endpoint-store.ts';
import { seeEndpoint } from './see-endpoint.ts';

/** An endpoint as somebody asks for it. */
export interface EndpointWish {
  readonly name: string;
  readonly type: string;
  readonly baseUrl: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly config: unknown;
}

/** Makes an agent endpoint in a project. Throws BAD_REQUEST for what cannot be, and CONFLICT for a taken name alone (RULINGS 002.2). */
export async function createEndpoint(ctx: Context, project: Project, wish: EndpointWish): Promise<AgentEndpoint> {
  const { name } = wish;
  const { settings, headers } = readWish(wish);
  if (effectOf(settings) === 'read') requirePersonForReads(ctx);
  const connector = agentConnector(settings.type);
  const loopback = mayUseLoopback(ctx, connector);
  await refuseUnreachable(ctx, settings.baseUrl, loopback);
  const { id, insert } = await prepareConnection(ctx, {
    connector,
    label: name,
    authMode: 'none',
    scope: 'workspace',
    status: 'connected',
    statusReason: null,
    loopback,
    config: keepEndpointSettings(settings),
    handleBase: name,
    credentials: { secrets: headerSecrets(headers), origins: ownOrigins(settings) },
  });
  const place = { projectId: project.id, id };
  await ctx.db.transact(async (trx) => {
    await bumpGeneration(trx);
    if (await isNameTaken(trx, { ...place, name })) throw nameTaken(name);
    await insert(trx);
    await insertEndpoint(trx, { ...place, name });
  });
  return seeEndpoint(ctx, place);
}

function readWish(wish: EndpointWish): { readonly settings: EndpointSettings; readonly headers: Headers } {
  const type = readType(wish.type);
  const baseUrl = readAddress(wish.baseUrl);
  const config = readConfig(type, wish.config);
  const headers = readHeaders(wish.headers);
  return { settings: { type, baseUrl, headerNames: Object.keys(headers), config }, headers };
}

/** What is refused where another endpoint of the project is called so. */
export function nameTaken(name: string): Failure {
  return new Failure('CONFLICT', `There is already a connector called "${name}" in this project. Choose another name.`);
}

/** Saying that an agent only reads lets it run without being asked about, which is for a person to say (S3). Throws FORBIDDEN. */
export function requirePersonForReads({ caller }: Pick<Context, 'caller'>): void {
  if (grantsAuthority(caller)) return;
  throw new Failure(
    'FORBIDDEN',
    'Setting up an agent with config.effect "read", which runs without asking, takes a person who is signed in or a key with the scope admin.',
  );
}
