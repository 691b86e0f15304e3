import type { Connector } from '../../catalog/connector.ts';
import type { RejectedReason } from '../outcome.ts';
import { readPath } from '../read-path.ts';

/** Whose fault a failure is by the provider's own code, as the manifest's `http.failures` reads it; `undefined` where it says nothing. */
export function failureReason({ http }: Pick<Connector, 'http'>, answer: unknown): RejectedReason | undefined {
  return http?.failures?.find(({ path, one_of }) => {
    const code = readPath(answer, path);
    return one_of.some((known) => known === code);
  })?.reason;
}
