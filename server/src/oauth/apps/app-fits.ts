import type { Connector } from '../../catalog/connector.ts';
import type { JsonObject } from '../../lib/json.ts';
import type { OauthServer } from '../oauth-server.ts';
import { apiAddresses } from './origins/api-addresses.ts';
import { type AppAddresses, areNamed, originsFor, sentTo } from './origins/app-origins.ts';

/** A connection that an app is to be used for. */
interface Use {
  readonly config: JsonObject;
  readonly server?: OauthServer | undefined;
}

/**
 * Whether an app that others set up may be used for a connection (S9): its secret goes where it is for, and the tokens it
 * brings to the API it is for, whatever server or address the connection names. The connector is the one that the connection
 * means: of an older version, or redirected to another server.
 */
export function appFits({ secret, tokens, brought }: AppAddresses, connector: Connector, use: Use): boolean {
  const addresses = apiAddresses(connector).filter((address) => !brought.includes(address));
  return areNamed(sentTo(connector, use), secret) && areNamed(originsFor(connector, addresses, use.config), tokens);
}
