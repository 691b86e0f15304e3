import { z } from 'zod';
import { parseJson } from '../../lib/json.ts';
import { Secret } from '../../lib/secret.ts';
import { sealedColumn } from '../../vault/rotation/sealed-column.ts';
import type { Vault } from '../../vault/vault.ts';
import { discoveredServerSchema } from '../mcp/discovered-server.ts';
import type { OauthClient } from '../oauth-server.ts';
import type { Handshake } from './handshake-store.ts';

/** Who we are there, and who decided that. */
const client = z.strictObject({
  source: z.enum(['connection', 'workspace', 'environment', 'metadata', 'registration']),
  clientId: z.string(),
  clientSecret: z.string().optional(),
});

const wish = { scopes: z.array(z.string()), selectAccount: z.boolean(), confirmsAccount: z.boolean().optional() };
const known = { client, discovered: discoveredServerSchema.optional(), loopback: z.boolean() };

const contents = z.discriminatedUnion('stage', [
  /** What is to be asked of the provider once somebody agrees. */
  z.strictObject({ stage: z.literal('asked'), ...wish }),
  /** Somebody was sent to the provider. */
  z.strictObject({
    stage: z.literal('sent'),
    ...wish,
    ...known,
    /** Where to; null where our page sent them. */
    url: z.string().nullable(),
    nonce: z.string(),
    verifier: z.string().optional(),
  }),
  /** Somebody was given a code to type in (RFC 8628). */
  z.strictObject({
    stage: z.literal('device'),
    ...wish,
    ...known,
    deviceCode: z.string(),
    /** Milliseconds between two questions. */
    intervalMs: z.number(),
  }),
  /** What the provider handed out, which does not count yet. */
  z.strictObject({
    stage: z.literal('came'),
    ...known,
    accessToken: z.string(),
    refreshToken: z.string().optional(),
    /** Milliseconds since the epoch, both. */
    obtainedAt: z.number(),
    expiresAt: z.number().optional(),
    scopes: z.array(z.string()),
    captured: z.record(z.string(), z.string()),
  }),
]);

export type HandshakeContents = z.output<typeof contents>;
export type Stage = HandshakeContents['stage'];
export type ContentsAt<At extends Stage> = Extract<HandshakeContents, { stage: At }>;
export type HandshakeClient = z.output<typeof client>;

type Owner = Pick<Handshake, 'id' | 'workspaceId' | 'generation'>;

/** Seals what a handshake needs to go on; it opens for that handshake alone. */
export function sealHandshake(vault: Vault, owner: Owner, held: HandshakeContents): Promise<string> {
  return vault.seal(slotOf(owner), new Secret(JSON.stringify(held)));
}

/** What a handshake holds; `undefined` where it holds nothing any more, or stands elsewhere. */
export async function openHandshake<const At extends Stage>(
  vault: Vault,
  handshake: Owner & Pick<Handshake, 'box'>,
  at: At,
): Promise<ContentsAt<At> | undefined> {
  if (handshake.box === null) return undefined;
  const opened = await vault.open(slotOf(handshake), handshake.box);
  const held = contents.parse(parseJson(opened.reveal()));
  return isAt(held, at) ? held : undefined;
}

/** The client a handshake was begun with. */
export function clientHeld({ client: { clientId, clientSecret } }: { readonly client: HandshakeClient }): OauthClient {
  return { clientId, clientSecret: clientSecret === undefined ? undefined : new Secret(clientSecret) };
}

function isAt<const At extends Stage>(held: HandshakeContents, at: At): held is ContentsAt<At> {
  return held.stage === at;
}

function slotOf({ id, workspaceId, generation }: Owner) {
  return { kind: 'verifier', workspaceId, record: id, field: 'handshake', generation } as const;
}

/**
 * Where handshakes lie. A step compares the box with the one it has read, so that one under way is left alone until it is over;
 * a link that nobody has opened yet is not under way, and lasts for a day.
 */
export const handshakeBoxes = sealedColumn({
  table: 'handshakes',
  column: 'box',
  key: ['id'],
  further: ['generation'],
  rests: { until: 'expires_at', unless: ['status', 'asking'] },
  slotOf: (workspaceId, read) => slotOf({ id: read('id'), workspaceId, generation: Number(read('generation')) }),
});
