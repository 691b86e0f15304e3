import type { Connector } from '../../catalog/connector.ts';

const usualSeconds = 30;

/** How long a call of the connector may take from its turn on, in milliseconds. */
export function callTimeoutMs({ limits }: Pick<Connector, 'limits'>): number {
  return (limits?.timeout ?? usualSeconds) * 1000;
}
