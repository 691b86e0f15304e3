import { z } from 'zod';
import type { AppOrigin } from '../../links/origins/app-origin-store.ts';

/** Where an app of the workspace runs. */
export const appOriginItem = z.object({ origin: z.string(), created_at: z.string() }).meta({ id: 'AppOrigin' });

export function showOrigin({ origin, createdAt }: AppOrigin): z.output<typeof appOriginItem> {
  return { origin, created_at: createdAt };
}
