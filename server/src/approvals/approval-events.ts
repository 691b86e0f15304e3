import '../events/append-event.ts';

/** What every event of an approval says. */
interface About {
  readonly connection_id: string;
  readonly tool: string;
}

declare module '../events/append-event.ts' {
  interface EventTypes {
    'approval.requested': About & { readonly target: string };
    'approval.approved': About & { readonly note: string | null };
    'approval.declined': About & { readonly note: string | null };
    /** What became of an approved call. */
    'approval.settled': About & { readonly status: string };
    /** Nobody decided in time. */
    'approval.expired': About;
    /** It was approved while the process was leaving, had not begun, and waits for its decision again. */
    'approval.returned': About;
    /** A person has seen that nobody knows what became of it. */
    'approval.acknowledged': About & { readonly note: string | null };
  }
}

/** Which approval an event is about, and what of it every event says. */
export function aboutApproval(row: { readonly id: string; readonly connection_id: string; readonly tool: string }): {
  readonly subject: string;
  readonly about: About;
} {
  return { subject: `approval:${row.id}`, about: { connection_id: row.connection_id, tool: row.tool } };
}
