/** Who had a connection before and has it now. */
interface SharedConnection {
  readonly from: string;
  readonly from_crew: string | null;
  readonly to: string;
  readonly to_crew: string | null;
}

declare module '../events/append-event.ts' {
  interface EventTypes {
    'connection.started': { readonly connector: string; readonly label: string; readonly scope: string };
    'connection.connected': { readonly connector: string; readonly identity: string | null };
    'connection.recovered': { readonly connector: string; readonly identity: string | null };
    'connection.failed': { readonly connector: string; readonly status: string; readonly reason: string };
    'connection.expiring': { readonly connector: string; readonly expires_at: string; readonly hours: number };
    'connection.changed': { readonly changes: readonly string[]; readonly shared?: SharedConnection };
    /** With the revocation that it was part of; an agent endpoint is deleted without one. */
    'connection.revoked': { readonly connector: string; readonly revocation?: string };
    'connection.tool_changed': {
      readonly tool: string;
      readonly disabled: boolean;
      readonly requires_confirmation: boolean | null;
    };
  }
}

/** A connection as events and jobs name it. */
export function subjectOf(connection: { readonly id: string }): string {
  return `connection:${connection.id}`;
}
