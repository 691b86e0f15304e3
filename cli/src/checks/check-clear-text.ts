import { isLoopback } from '../settings.ts';
import { type Finding, findingsOf } from './finding.ts';

/** Whether keys and passwords cross a network unencrypted (S7). */
export function checkClearText(publicUrl: string, insecureHttp: string | undefined): Finding {
  const { ok, warning, failed } = findingsOf('encryption');
  if (publicUrl.startsWith('https:')) return ok(`${publicUrl} is encrypted.`);
  if (isLoopback(publicUrl)) return ok(`${publicUrl} never leaves this machine.`);
  const said = `Keys and passwords travel to ${publicUrl} in clear text. Put a TLS proxy in front and set PLUGBOARD_PUBLIC_URL to its https address.`;
  return /^(on|true|1)$/i.test(insecureHttp ?? '')
    ? warning(`${said} (PLUGBOARD_INSECURE_HTTP allows it.)`)
    : failed(said);
}
