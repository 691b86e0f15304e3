import type { Context } from '../../context.ts';
import { parseJson } from '../../lib/json.ts';
import type { NextPage } from '../../transports/http/answer/read-page.ts';
import { decrypt, encrypt } from '../../vault/aes-gcm.ts';
import type { FoundTool } from '../specs/found-tool.ts';

type Place = Pick<FoundTool, 'connection' | 'spec'>;

/** What a caller sends back to go on: the provider's value, sealed for this tool of this connection as it is set up now (S1, S10). */
export function sealCursor(ctx: Pick<Context, 'vault' | 'caller'>, place: Place, next: NextPage): string {
  return encrypt(keyOf(ctx), contextOf(ctx, place), Buffer.from(JSON.stringify(next)));
}

/** The value a cursor stands for; `undefined` for whatever was not handed out here. */
export function openCursor(ctx: Pick<Context, 'vault' | 'caller'>, place: Place, cursor: string): NextPage | undefined {
  const clear = decrypt(keyOf(ctx), contextOf(ctx, place), cursor);
  const value = clear && parseJson(clear.toString());
  return typeof value === 'string' || typeof value === 'number' ? value : undefined;
}

function keyOf({ vault }: Pick<Context, 'vault'>): Buffer {
  return vault.derive('page-cursor');
}

function contextOf({ caller }: Pick<Context, 'caller'>, { connection, spec }: Place): readonly string[] {
  return ['page_cursor', caller.workspaceId, connection.id, String(connection.generation), spec.name];
}
