import { isIPv6 } from 'node:net';
import { type Finding, findingsOf } from './finding.ts';

/** Whether `PLUGBOARD_EGRESS_ALLOW` opens more than somebody can have meant. 10.0.0.0/8 and fc00::/7 are the widest private ranges. */
export function checkEgress(list: string | undefined): Finding {
  const { ok, warning, failed } = findingsOf('egress');
  const entries = (list ?? '').split(',').flatMap((entry) => entry.trim() || []);
  const everything = entries.filter((entry) => entry.endsWith('/0'));
  const wide = entries.filter((entry) => isWide(entry));
  const advice = 'Name the hosts or the smallest range that connectors need.';
  if (everything.length > 0)
    return failed(`PLUGBOARD_EGRESS_ALLOW has ${everything.join(', ')}: that switches the guard off. ${advice}`);
  if (wide.length > 0) return warning(`PLUGBOARD_EGRESS_ALLOW has ${wide.join(', ')}, which is very wide. ${advice}`);
  return ok(entries.length === 0 ? 'No private address is opened.' : `Opened although private: ${entries.join(', ')}.`);
}

function isWide(entry: string): boolean {
  if (/^\*\.[^.]+$/.test(entry)) return true;
  const [address = '', bits = ''] = entry.split('/');
  return /^\d{1,3}$/.test(bits) && Number(bits) < (isIPv6(address) ? 7 : 8);
}
