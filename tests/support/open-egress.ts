import { createEgress } from '../../server/src/egress/create-egress.ts';
import type { Egress } from '../../server/src/egress/egress.ts';

/** The real egress, with this machine on its allow-list, for tests against emulators. Close it. */
export function openEgress(): Egress {
  return createEgress({
    allow: ['127.0.0.1'],
    ownAddresses: { host: '127.0.0.1', port: 1, publicUrl: 'http://127.0.0.1:1' },
  });
}
