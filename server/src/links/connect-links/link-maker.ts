import type { App } from '../../context.ts';
import type { ConnectLink } from './connect-link.ts';

/** Whether the key that made a link is in force still; what nobody's key made does not depend on one. */
export async function isMakerThere(
  { access }: Pick<App, 'access'>,
  { createdBy, workspaceId }: Pick<ConnectLink, 'createdBy' | 'workspaceId'>,
): Promise<boolean> {
  return !createdBy.startsWith('key:') || (await access.revive(createdBy, workspaceId)) !== undefined;
}
