import type { Me } from '../../../sdk/src/index.ts';
import { plain } from '../terminal.ts';

/** Who a key acts for, in words: `Ann (ann@example.com), ADMIN in default`. */
export function describeCaller({ person, end_user: endUser, caller, workspaces }: Me): string {
  const workspace = workspaces.find(({ id }) => id === caller?.workspace_id);
  const name = person ? `${person.name} (${person.email})` : `the end user ${endUser?.id ?? ''}`;
  const place = caller && workspace ? `, ${caller.role} in ${workspace.slug}` : '';
  return plain(`${name}${place}`);
}
