import { z } from 'zod';
import { linkLife } from '../../links/connect-links/create-connect-link.ts';
import { linkPurposes, linkStatuses, statusOf } from '../../links/connect-links/connect-link.ts';
import type { ListedLink } from '../../links/connect-links/list-connect-links.ts';
import type { Clock } from '../../lib/clock.ts';
import { namedEndUser } from './end-user.ts';
import { metadata } from './metadata.ts';

const line = (most: number) =>
  z
    .string()
    .regex(new RegExp(`^[^\\p{Cc}]{1,${most}}$`, 'u'), `1 to ${most} characters, none of them a control character`);

/** What is asked for. */
export const connectLinkWish = z.strictObject({
  connectors: z
    .array(z.string().min(1).max(100))
    .min(1)
    .max(100)
    .optional()
    .describe('Ids to choose from. Default: all that are available.'),
  end_user: namedEndUser.describe('Whose the connection will be. What is left out stays as it is known.'),
  connection_id: z
    .uuid()
    .toLowerCase()
    .optional()
    .describe('One of theirs, to be signed in to anew; with scopes, to be granted more.'),
  scopes: z
    .array(line(500))
    .max(50)
    .optional()
    .describe('Asked of the provider besides what the connector always asks for.'),
  expires_in: z
    .number()
    .int()
    .min(linkLife.least)
    .max(linkLife.most)
    .default(linkLife.usual)
    .describe('How long it can be opened, in seconds. What it opens holds for an hour.'),
  return_url: z
    .string()
    .max(2000)
    .optional()
    .describe('Where the last page leads, with connection_id and status in its query: on a registered origin.'),
  metadata: metadata.optional().describe('Written on the connection that is made.'),
  locale: z
    .string()
    .regex(/^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$/, 'a language tag, e.g. de or pt-BR')
    .max(35)
    .optional()
    .describe('The language of the pages. Default: what the browser asks for.'),
});

/** A link as it is handed out: its address is shown this once. */
export const madeConnectLink = z
  .object({ id: z.uuid(), url: z.string(), expires_at: z.string() })
  .meta({ id: 'MadeConnectLink' });

/** Where a link stands. */
export const connectLinkItem = z
  .object({
    id: z.uuid(),
    status: z.enum(linkStatuses),
    purpose: z.enum(linkPurposes),
    end_user: z
      .object({ id: z.string(), name: z.string().nullable(), email: z.string().nullable() })
      .nullable()
      .describe('null: they were erased.'),
    connectors: z.array(z.string()).nullable().describe('null: all that are available.'),
    connection_id: z
      .uuid()
      .nullable()
      .describe('What came of it, once it is finished; before, the connection it is for.'),
    scopes: z.array(z.string()),
    return_url: z.string().nullable(),
    metadata: z.record(z.string(), z.string()),
    created_at: z.string(),
    expires_at: z.string(),
    opened_at: z.string().nullable(),
    finished_at: z.string().nullable(),
    revoked_at: z.string().nullable(),
  })
  .meta({ id: 'ConnectLink' });

export function showConnectLink({ link, endUser }: ListedLink, clock: Clock): z.output<typeof connectLinkItem> {
  const isBegun = link.purpose === 'connect' && link.finishedAt === null;
  return {
    id: link.id,
    status: statusOf(link, clock),
    purpose: link.purpose,
    end_user: endUser ? { id: endUser.externalId, name: endUser.name, email: endUser.email } : null,
    connectors: link.connectors && [...link.connectors],
    connection_id: isBegun ? null : link.connectionId,
    scopes: [...link.scopes],
    return_url: link.returnUrl,
    metadata: { ...link.metadata },
    created_at: link.createdAt,
    expires_at: link.expiresAt,
    opened_at: link.openedAt,
    finished_at: link.finishedAt,
    revoked_at: link.revokedAt,
  };
}
