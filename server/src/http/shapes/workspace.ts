import { z } from 'zod';
import { roles } from '../../access/caller.ts';
import type { Crew } from '../../access/workspaces/crews.ts';
import type { Invitation } from '../../access/workspaces/people/invitations.ts';
import type { Member } from '../../access/workspaces/people/members.ts';
import type { Project } from '../../access/workspaces/projects.ts';
import { revealHeaders } from '../../access/workspaces/reveal-headers.ts';
import type { OwnWorkspace } from '../../access/workspaces/workspaces.ts';
import { Secret } from '../../lib/secret.ts';

const slugged = { id: z.uuid(), slug: z.string(), name: z.string(), created_at: z.iso.datetime() };

/** A name as people give it. */
export const nameInput = z.string().trim().min(1).max(80);

/** A password on its way in; access/ rules on its length. */
export const passwordInput = z
  .string()
  .max(200)
  .transform((text) => new Secret(text));

/** What a workspace, a crew or a project is made of. Without a slug one is made from the name. */
export const namedInput = z.strictObject({ name: nameInput, slug: z.string().max(40).optional() });

/** An id or a slug, in a path (RULINGS, Everywhere 12). */
export const idOrSlug = z
  .string()
  .regex(/^[A-Za-z0-9-]{1,40}$/, 'must be an id or a slug')
  .describe('Id or slug.');

/** A workspace, as one of its members sees it. */
export const workspaceItem = z
  .object({
    ...slugged,
    role: z.enum(roles),
    reveal_headers: z.enum(revealHeaders).describe('Who is shown the headers of agent endpoints in clear.'),
  })
  .meta({ id: 'Workspace' });

export function showWorkspace(workspace: OwnWorkspace): z.output<typeof workspaceItem> {
  const { id, slug, name, createdAt, role, revealHeaders } = workspace;
  return { id, slug, name, created_at: createdAt, role, reveal_headers: revealHeaders };
}

/** A team in a workspace. */
export const crewItem = z.object(slugged).meta({ id: 'Crew' });

/** A folder of agent endpoints. */
export const projectItem = z.object(slugged).meta({ id: 'Project' });

export function showNamed({ id, slug, name, createdAt }: Crew | Project): z.output<typeof crewItem> {
  return { id, slug, name, created_at: createdAt };
}

/** A person, as others in the workspace see them. */
export const personItem = z.object({ id: z.uuid(), name: z.string(), email: z.string() }).meta({ id: 'Person' });

/** A person in a workspace. */
export const memberItem = z
  .object({ ...personItem.shape, role: z.enum(roles), joined_at: z.iso.datetime() })
  .meta({ id: 'Member' });

export function showMember({ id, name, email, role, joinedAt }: Member): z.output<typeof memberItem> {
  return { id, name, email, role, joined_at: joinedAt };
}

/** An invitation that nobody has accepted yet. */
export const invitationItem = z
  .object({
    id: z.uuid(),
    email: z.string(),
    role: z.enum(roles),
    crew_id: z.uuid().nullable(),
    invited_by: z.uuid(),
    created_at: z.iso.datetime(),
    expires_at: z.iso.datetime(),
  })
  .meta({ id: 'Invitation' });

export function showInvitation(invitation: Invitation): z.output<typeof invitationItem> {
  return {
    id: invitation.id,
    email: invitation.email,
    role: invitation.role,
    crew_id: invitation.crewId,
    invited_by: invitation.invitedBy,
    created_at: invitation.createdAt,
    expires_at: invitation.expiresAt,
  };
}
