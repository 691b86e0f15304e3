import type { AgentAddress } from './protocol.ts';

/** A path beneath the base URL of an agent, whose query is kept and which the path cannot leave (S10). */
export function agentUrl(baseUrl: string, path: string): AgentAddress {
  const base = URL.parse(baseUrl);
  if (base === null || !/^https?:$/.test(base.protocol)) return refuse('The base URL is not an http or https address.');
  const prefix = base.pathname.replace(/\/+$/, '');
  const url = new URL(base);
  url.pathname = `${prefix}${path}`;
  url.hash = '';
  if (url.pathname !== `${prefix}${path}`) return refuse(`The path "${path}" would lead somewhere else.`);
  return { ok: true, url: url.href };
}

function refuse(error: string): AgentAddress {
  return { ok: false, error };
}
