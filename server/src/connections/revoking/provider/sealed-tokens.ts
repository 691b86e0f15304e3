import { z } from 'zod';
import type { CredentialOwner } from '../../../credentials/seal-credentials.ts';
import { parseJson } from '../../../lib/json.ts';
import { Secret } from '../../../lib/secret.ts';
import { discoveredServerSchema } from '../../../oauth/mcp/discovered-server.ts';
import { sealedColumn } from '../../../vault/rotation/sealed-column.ts';
import type { Vault } from '../../../vault/vault.ts';

const secret = z.string().transform((text) => new Secret(text));

const sealed = z.strictObject({
  refreshToken: secret.optional(),
  accessToken: secret.optional(),
  client: z.strictObject({ clientId: z.string(), clientSecret: secret.optional() }),
  /** The authorization server that discovery found; absent: the manifest's. */
  discovered: discoveredServerSchema.optional(),
  /** The only origins that they may be sent to (S1). */
  origins: z.array(z.string()).readonly(),
});

/** The tokens of a connection that is over, and who they were issued to. */
export type RevokedTokens = z.output<typeof sealed>;

/** Seals tokens for nothing but telling their provider. */
export function sealTokens(vault: Vault, owner: CredentialOwner, tokens: RevokedTokens): Promise<string> {
  return vault.seal(slotOf(owner), new Secret(JSON.stringify(inClear(tokens))));
}

/** What was sealed. Throws VaultError where it was moved or altered. */
export async function openTokens(vault: Vault, owner: CredentialOwner, box: string): Promise<RevokedTokens> {
  const opened = await vault.open(slotOf(owner), box);
  return sealed.parse(parseJson(opened.reveal()));
}

function inClear({ refreshToken, accessToken, client, ...others }: RevokedTokens): object {
  return {
    ...others,
    refreshToken: refreshToken?.reveal(),
    accessToken: accessToken?.reveal(),
    client: { clientId: client.clientId, clientSecret: client.clientSecret?.reveal() },
  };
}

function slotOf({ id, workspaceId, generation }: CredentialOwner) {
  return { kind: 'credential', workspaceId, record: id, field: 'revocation', generation } as const;
}

/** Where they lie. */
export const revokedTokenBoxes = sealedColumn({
  table: 'revocation_receipts',
  column: 'box',
  key: ['connection_id'],
  further: ['generation'],
  slotOf: (workspaceId, read) =>
    slotOf({ id: read('connection_id'), workspaceId, generation: Number(read('generation')) }),
});
