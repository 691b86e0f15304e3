import { EgressError } from '../egress.ts';

const ourName = 'Plugboard';

/** The headers of a request as names and values in turn, with a `user-agent` and what may be compressed unless the caller says. */
export function writeHeaders(headers: Readonly<Record<string, string>>, accepted?: string): string[] {
  const flat: string[] = [];
  let agent = false;
  let coding = accepted === undefined;
  for (const name of Object.keys(headers)) {
    const lower = name.toLowerCase();
    if (lower === 'host')
      throw new EgressError('refused', 'The Host header follows from the address and cannot be set.');
    agent ||= lower === 'user-agent';
    coding ||= lower === 'accept-encoding';
    flat.push(name, headers[name] ?? '');
  }
  if (!agent) flat.push('user-agent', ourName);
  if (!coding && accepted !== undefined) flat.push('accept-encoding', accepted);
  return flat;
}
