import type { App } from '../../context.ts';
import { type Listener, on } from '../../events/outbox/listener.ts';

/**
 * Tells the operator's log what becomes of connections, once for the whole installation. Not why: a provider's words stay
 * with their workspace.
 */
export function reportHealth({ log }: Pick<App, 'log'>): Listener {
  const factsOf = (event: { readonly workspaceId: string; readonly subject: string; readonly data: object }) => {
    const { workspaceId: workspace, subject, data } = event;
    return { workspace, subject, ...('connector' in data ? { connector: data.connector } : {}) };
  };
  return {
    name: 'health-log',
    reactions: [
      on('connection.failed', async (event) =>
        log.warn({ ...factsOf(event), status: event.data.status }, 'A connection does not work any more.'),
      ),
      on('connection.recovered', async (event) => log.info(factsOf(event), 'A connection works again.')),
      on('connection.expiring', async (event) => {
        const { expires_at, hours } = event.data;
        log.warn({ ...factsOf(event), expires_at }, `The token of a connection is over within ${hours} hours.`);
      }),
    ],
  };
}
