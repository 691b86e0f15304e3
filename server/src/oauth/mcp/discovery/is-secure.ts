import { isLoopbackHost } from '../../../config.ts';

/** Whether credentials may travel to an address: https, or plain http to this machine where that may be reached (S6). */
export function isSecure(address: string, loopback: boolean): boolean {
  const url = URL.parse(address);
  if (url === null || url.username !== '' || url.password !== '' || url.hash !== '') return false;
  return url.protocol === 'https:' || (url.protocol === 'http:' && loopback && isLoopbackHost(url.hostname));
}

/** Whether an address is written as one of this machine. */
export function isLoopbackUrl(address: string): boolean {
  return isLoopbackHost(URL.parse(address)?.hostname ?? '');
}
