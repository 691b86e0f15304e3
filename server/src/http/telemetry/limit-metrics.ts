import { Gauge, type Registry } from 'prom-client';
import type { Limits } from '../../egress/limits/limits.ts';

/** Shows what the limits hold right now, read when somebody asks. Counts alone: which origins and whose is in the log. */
export function showLimits(registry: Registry, { turns, health, pauses }: Limits): void {
  const calls = new Gauge({
    name: 'plugboard_tool_calls',
    help: 'Tool calls that are under way, and that wait for their turn.',
    labelNames: ['state'],
    registers: [],
    collect() {
      const { running, waiting } = turns.count();
      this.set({ state: 'running' }, running);
      this.set({ state: 'waiting' }, waiting);
    },
  });
  const breakers = new Gauge({
    name: 'plugboard_open_breakers',
    help: 'Origins that are not called because they failed again and again, for everybody or for one workspace.',
    labelNames: ['scope'],
    registers: [],
    collect() {
      const { everybody, workspace } = health.open();
      this.set({ scope: 'everybody' }, everybody);
      this.set({ scope: 'workspace' }, workspace);
    },
  });
  const paused = new Gauge({
    name: 'plugboard_paused_connections',
    help: 'Connections whose provider said when to come back, and that are left alone until then.',
    registers: [],
    collect() {
      this.set(pauses.count());
    },
  });
  for (const gauge of [calls, breakers, paused]) registry.registerMetric(gauge);
}
