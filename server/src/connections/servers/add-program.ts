import type { Connector } from '../../catalog/connector.ts';
import type { Context } from '../../context.ts';
import { Failure } from '../../errors.ts';
import { openAndCheck } from '../checking/open-and-check.ts';
import type { Connection } from '../connection.ts';
import { plainSettings } from '../settings/connection-settings.ts';
import { chooseAuthMode, programsAreOff } from '../values/availability.ts';
import { readSubmitted } from '../values/submitted-values.ts';
import type { ServerWish } from './add-server.ts';

/**
 * Adds a program of the operator's list as an MCP server, without waiting for it, and answers the connection. A workspace
 * names an entry and fills in its fields; what runs, and with which arguments, the operator decided (S4).
 */
export async function addProgram(ctx: Context, wish: ServerWish): Promise<Connection> {
  const connector = listed(ctx, wish);
  const authMode = chooseAuthMode(connector, wish.authMode);
  return openAndCheck(ctx, {
    connector,
    label: wish.name,
    handleBase: wish.name,
    authMode,
    scope: wish.crewId === undefined ? 'workspace' : 'crew',
    crewId: wish.crewId,
    settings: { ...plainSettings, command: wish.command },
    ...readSubmitted(connector, authMode, wish.fields ?? {}),
  });
}

function listed({ config, catalog }: Pick<Context, 'config' | 'catalog'>, wish: ServerWish): Connector {
  if (config.stdio === undefined) throw refusal(programsAreOff);
  if (wish.endpoint !== undefined || wish.headers !== undefined)
    throw refusal('endpoint and headers are for servers at an address. Leave them out with stdio.');
  if (wish.command === undefined) throw refusal(`command is missing. ${known(catalog.commands)}`);
  const connector = catalog.command(wish.command);
  if (connector) return connector;
  throw refusal(`A workspace runs no commands of its own over stdio. ${known(catalog.commands)}`);
}

function known(names: readonly string[]): string {
  if (names.length === 0) return 'The operator has listed none in PLUGBOARD_STDIO_COMMANDS.';
  return `It is one of the operator's list: ${names.join(', ')}.`;
}

function refusal(message: string): Failure {
  return new Failure('BAD_REQUEST', message);
}
