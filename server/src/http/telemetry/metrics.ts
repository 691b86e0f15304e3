import { Counter, Histogram, Registry, collectDefaultMetrics } from 'prom-client';

/** One answered request, by its template: never by a path or a query. */
interface AnsweredRequest {
  readonly method: string;
  readonly route: string;
  readonly status: number;
  readonly seconds: number;
}

export interface Metrics {
  /** Where other rooms register theirs. */
  readonly registry: Registry;
  answered(request: AnsweredRequest): void;
  /** The exposition format of Prometheus, version 0.0.4. */
  text(): Promise<string>;
}

/** Counters of this process in a registry of their own. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const duration = new Histogram({
    name: 'plugboard_http_request_duration_seconds',
    help: 'How long requests took, by route template and status.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
    registers: [registry],
  });
  const refused = new Counter({
    name: 'plugboard_http_rate_limited_total',
    help: 'Requests answered with 429.',
    labelNames: ['route'],
    registers: [registry],
  });
  return {
    registry,
    answered: ({ method, route, status, seconds }) => {
      duration.observe({ method, route, status }, seconds);
      if (status === 429) refused.inc({ route });
    },
    text: () => registry.metrics(),
  };
}
