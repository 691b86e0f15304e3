import { ask, type Asked } from './ask.ts';
import { type Finding, findingsOf } from './finding.ts';

/** Whether the server is there, can work, answers to its address, and tells the same time as this machine. */
export async function checkServer(url: string, publicUrl: string | undefined): Promise<readonly Finding[]> {
  const health = await ask(`${url}/healthz`);
  const alive = judgeHealth(url, health);
  if (!health.answered || alive.status !== 'ok') return [alive];
  const [readiness, atAddress] = await Promise.all([ask(`${url}/readyz`), ask(`${publicUrl ?? url}/api/v1/me`)]);
  return [alive, judgeReadiness(readiness), judgeAddress(publicUrl ?? url, atAddress), judgeClock(health.skewMs)];
}

function judgeHealth(url: string, health: Asked): Finding {
  const { ok, failed } = findingsOf('server');
  if (!health.answered)
    return failed(
      `Nothing answers at ${url}: ${health.reason}. Start it with "npm start" or "plugboard serve", or set PLUGBOARD_URL to where it is.`,
    );
  if (health.status === 200 && /"status":\s*"ok"/.test(health.text)) return ok(`Alive at ${url}.`);
  return failed(
    `Something else answers at ${url} (/healthz: ${health.status}). Set PLUGBOARD_URL to Plugboard’s address.`,
  );
}

function judgeReadiness(readiness: Asked): Finding {
  const { ok, failed } = findingsOf('ready');
  if (!readiness.answered) return failed(`It does not say whether it can work: ${readiness.reason}.`);
  if (readiness.status === 200) return ok('It can work.');
  if (readiness.text.includes('draining')) return failed('It is shutting down. Wait until it has started again.');
  return failed('It cannot reach its database. Check DATABASE_URL, or the disk under PLUGBOARD_DATA_DIR.');
}

/** Asked without a key, 401 is the right answer, and 400 means that the name in the address is not its own (S7). */
function judgeAddress(address: string, asked: Asked): Finding {
  const { ok, failed } = findingsOf('address');
  if (!asked.answered)
    return failed(
      `PLUGBOARD_PUBLIC_URL is ${address}, but nothing answers there: ${asked.reason}. Sign-in, callbacks and links would lead nowhere.`,
    );
  if (asked.status === 401) return ok(`It answers to ${address}.`);
  if (asked.status === 400)
    return failed(
      `It does not answer to the name in ${address}. Start it with PLUGBOARD_PUBLIC_URL=${address}, or use the address it was started with.`,
    );
  return failed(`${address}/api/v1/me answers ${asked.status} where 401 is right. Is there a proxy in between?`);
}

function judgeClock(skewMs: number | undefined): Finding {
  const { ok, warning, failed } = findingsOf('clock');
  if (skewMs === undefined) return warning('The server’s answers carry no Date, so the clocks could not be compared.');
  const seconds = Math.round(Math.abs(skewMs) / 1000);
  if (seconds <= 5) return ok('Its clock and this one agree.');
  const said = `Its clock is ${seconds} s ${skewMs > 0 ? 'ahead of' : 'behind'} this one.`;
  const advice = 'Tokens expire by it: let both machines keep time with NTP.';
  return seconds > 60 ? failed(`${said} ${advice}`) : warning(`${said} ${advice}`);
}
