import type { ServerContext } from '@modelcontextprotocol/server';
import type { WaitingCall } from '../approvals/approval.ts';
import { longestWaitSeconds } from '../tools/approving/patience.ts';

/** How often a client that waits hears of it, in milliseconds: often enough for clients that give up after silence. */
const everyMs = 5_000;

/** Tells the client of one request that its call waits, for as long as it does. */
export interface Progress {
  /** Says so at once and then every 5 s, where the client asked for progress; otherwise nothing. */
  begin(waiting: WaitingCall): void;
  end(): void;
}

/** Progress in the protocol's words (MCP, utilities/progress): seconds waited of those a call waits at most, and the page. */
export function reportProgress({ _meta, notify }: Pick<ServerContext['mcpReq'], '_meta' | 'notify'>): Progress {
  const progressToken = _meta?.progressToken;
  let timer: NodeJS.Timeout | undefined;
  return {
    begin({ url }) {
      if (progressToken === undefined) return;
      const message = `Waiting for a person to approve this call: ${url}`;
      let progress = 0;
      const tell = (): void => {
        const params = { progressToken, progress, total: longestWaitSeconds, message };
        // A client that has left is told nothing; its call ends by its signal.
        notify({ method: 'notifications/progress', params }).catch(() => undefined);
        progress += everyMs / 1000;
      };
      tell();
      timer = setInterval(tell, everyMs);
    },
    end: () => clearInterval(timer),
  };
}
