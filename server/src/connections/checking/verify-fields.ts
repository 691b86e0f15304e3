import type { AuthMode, Connector } from '../../catalog/connector.ts';
import { inMode } from '../../catalog/meant/in-mode.ts';
import type { Context } from '../../context.ts';
import { chooseAuthMode } from '../values/availability.ts';
import { mayUseLoopback, readSubmitted } from '../values/submitted-values.ts';
import { exchangeAndProbe } from './exchange-and-probe.ts';

/** What `POST /api/v1/connectors/:id/verify` answers: the provider's verdict is data, not an error (001). */
export interface Verdict {
  readonly ok: boolean;
  /** Empty where it is ok. */
  readonly message: string;
}

/** Asks the provider about submitted values and keeps nothing. Ways of signing in through a browser are ok unasked (001.5). */
export async function verifyFields(
  ctx: Context,
  connector: Connector,
  wish: { readonly fields: unknown; readonly authMode?: string | undefined },
): Promise<Verdict> {
  const mode = chooseAuthMode(connector, wish.authMode);
  if (unprobed.has(mode)) return { ok: true, message: '' };
  const values = readSubmitted(connector, mode, wish.fields);
  const probing = { ...ctx, workspaceId: ctx.caller.workspaceId };
  const loopback = mayUseLoopback(ctx, connector);
  const { probe } = await exchangeAndProbe(probing, inMode(connector, mode), { ...values, loopback });
  return 'unreachable' in probe || !probe.ok ? { ok: false, message: probe.message } : { ok: true, message: '' };
}

const unprobed: ReadonlySet<AuthMode> = new Set<AuthMode>(['mcp_oauth', 'byo_oauth', 'none']);
