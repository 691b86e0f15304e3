import type { LinkPurpose } from './connect-link.ts';

declare module '../../events/append-event.ts' {
  interface EventTypes {
    'connect_link.created': {
      readonly purpose: LinkPurpose;
      readonly endUser: string;
      readonly connectors: readonly string[] | null;
      readonly expiresAt: string;
    };
    'connect_link.opened': { readonly purpose: LinkPurpose; readonly endUser: string };
    'connect_link.finished': {
      readonly purpose: LinkPurpose;
      readonly endUser: string;
      readonly connection: string | null;
    };
    'connect_link.revoked': { readonly purpose: LinkPurpose; readonly endUser: string };
  }
}

/** How a link is called in events. */
export function linkSubject({ id }: { readonly id: string }): string {
  return `connect_link:${id}`;
}
