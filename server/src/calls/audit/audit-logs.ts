import type { ChainedLog, LogName } from '../../events/chain/chained-log.ts';
import { eventChain } from '../../events/chain/event-chain.ts';
import { callChain } from './call-chain.ts';

/** Both logs by name, in the order they are sealed. */
export const auditLogs: Readonly<Record<LogName, ChainedLog>> = { events: eventChain, calls: callChain };
