/** What a call came to, as the log keeps it. `executing`: on its way, or cut off by a crash not yet noticed. */
export type CallStatus = 'ok' | 'rejected' | 'unavailable' | 'outcome_unknown' | 'needs_approval' | 'executing';

/** One tool call, whoever made it and by whichever door. Never an argument's or an answer's content. */
export interface CallRecord {
  readonly id: string;
  readonly workspaceId: string;
  readonly at: string;
  readonly principal: string;
  readonly userId: string;
  /** The member it was made for, where somebody else's key made it. */
  readonly onBehalfOf: string | null;
  readonly door: 'rest' | 'mcp' | 'approval';
  readonly connectionId: string;
  readonly connectorId: string;
  /** Without the connector's name: `get_ticket`. */
  readonly tool: string;
  readonly effect: 'read' | 'write';
  readonly status: CallStatus;
  readonly reason: string | null;
  readonly message: string | null;
  /** Milliseconds, from asking to answer. */
  readonly durationMs: number | null;
  readonly approvalId: string | null;
  readonly requestId: string;
}

/** How a call ended. */
export interface CallEnding extends Pick<CallRecord, 'status' | 'reason' | 'message' | 'durationMs'> {}

/** The log of tool calls (R11): reads are batched and may lose the last 100 ms on a crash, writes never. */
export interface CallLog {
  /** Records a call that is over. Resolves at once, or after the record is on disk where `PLUGBOARD_AUDIT=strict`. */
  record(call: CallRecord): Promise<void>;
  /** Records that a write is about to be sent: when this resolves it is on disk (R2). */
  begin(call: CallRecord): Promise<void>;
  /** Records what became of a call that was begun; on disk when this resolves. */
  finish(call: Pick<CallRecord, 'id' | 'workspaceId'>, ending: CallEnding): Promise<void>;
  /** Writes what is still in memory. */
  flush(): Promise<void>;
  close(): Promise<void>;
}
