import { createDrain } from '../drain.ts';
import { routes } from '../routes/index.ts';
import { operationRoutes } from '../routes/operations.ts';
import type { Route } from '../route.ts';
import { createMetrics } from '../telemetry/metrics.ts';
import { buildOpenapi, type OpenapiDocument } from './build-openapi.ts';

/** Every route there is, with nothing behind them: for what only reads their facts. */
export function everyRoute(): readonly Route[] {
  return [...routes, ...operationRoutes({ drain: createDrain(), metrics: createMetrics(), routes })];
}

/** The description of the whole API, as `docs/openapi.json` holds it. */
export function documentation(): OpenapiDocument {
  return buildOpenapi(everyRoute());
}
