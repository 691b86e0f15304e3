import { z } from 'zod';
import { parseJson } from '../../lib/json.ts';
import { Secret } from '../../lib/secret.ts';
import type { WorkspaceRows } from '../../storage/storage.ts';
import { sealedColumn } from '../../vault/rotation/sealed-column.ts';
import type { Box, Vault } from '../../vault/vault.ts';
import type { OauthApp } from './oauth-app-store.ts';

/** A client secret together with the origins it may go to (S1), where `https://*.example.com` is every host below that one. */
export interface AppSecret {
  readonly value: Secret;
  readonly origins: readonly string[];
}

/** Which app, at which of its configurations. */
export interface AppOwner {
  readonly workspaceId: string;
  readonly connectorId: string;
  readonly generation: number;
}

/** Seals the client secret of an app. */
export function sealApp(vault: Vault, owner: AppOwner, { value, origins }: AppSecret): Promise<Box> {
  return vault.seal(slotOf(owner), new Secret(JSON.stringify({ value: value.reveal(), origins })));
}

const content = z.strictObject({ value: z.string(), origins: z.array(z.string()) });

/** Opens an app at the moment of use. Throws VaultError where its box was moved or altered. */
export async function openApp(
  { db, vault }: { readonly db: WorkspaceRows; readonly vault: Vault },
  { connectorId, clientId, generation, box }: OauthApp,
): Promise<{ readonly clientId: string; readonly secret: AppSecret | undefined }> {
  if (box === null) return { clientId, secret: undefined };
  const opened = await vault.open(slotOf({ workspaceId: db.workspaceId, connectorId, generation }), box);
  const { value, origins } = content.parse(parseJson(opened.reveal()));
  return { clientId, secret: { value: new Secret(value), origins } };
}

function slotOf({ workspaceId, connectorId, generation }: AppOwner) {
  return { kind: 'oauth_app', workspaceId, record: connectorId, field: 'client_secret', generation } as const;
}

/** Where they lie. */
export const appBoxes = sealedColumn({
  table: 'oauth_apps',
  column: 'box',
  key: ['connector_id'],
  further: ['generation'],
  slotOf: (workspaceId, read) =>
    slotOf({ workspaceId, connectorId: read('connector_id'), generation: Number(read('generation')) }),
});
