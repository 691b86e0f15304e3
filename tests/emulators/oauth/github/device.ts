import type { Answer } from '../../misbehaviour.ts';
import type { Asked } from '../asked.ts';
import { type Grant, type Grants, newValue } from '../grants.ts';
import { errorPage, page } from '../pages.ts';
import { personCalled } from '../people.ts';

/** A sign-in by device code (RFC 8628) that is under way. */
export interface Device {
  readonly deviceCode: string;
  readonly clientId: string;
  readonly scopes: readonly string[];
  readonly expiresAt: number;
  /** Seconds between two questions; five more after each one that comes too soon. */
  interval: number;
  polledAt: number | undefined;
  decision: 'denied' | undefined;
  grant: Grant | undefined;
}

/** By what people type in: `WDJB-MJHT`. */
export type Devices = Map<string, Device>;

interface Parts {
  readonly grants: Grants;
  readonly devices: Devices;
}

/** `/login/device/code` for programs, and the page `/login/device` where people type the code in. */
export function answerDevice(parts: Parts, asked: Asked): Answer {
  if (asked.url.pathname === '/login/device/code') return begin(parts, asked);
  return asked.method === 'POST' ? decide(parts, asked.params) : askCode(asked.query.get('user_code') ?? '');
}

function begin({ grants, devices }: Parts, { params, url }: Asked): Answer {
  const clientId = params.get('client_id') ?? '';
  if (!grants.apps.has(clientId)) return { status: 404, body: { error: 'Not Found' } };
  const scopes = (params.get('scope') ?? '').split(' ').filter((scope) => scope !== '');
  const deviceCode = newValue('');
  const [left, right] = [deviceCode.slice(0, 4), deviceCode.slice(4, 8)];
  const userCode = `${left}-${right}`.toUpperCase();
  const expiresAt = grants.now() + 900_000;
  const rest = { interval: 5, polledAt: undefined, decision: undefined, grant: undefined };
  devices.set(userCode, { deviceCode, clientId, scopes, expiresAt, ...rest });
  const where = { verification_uri: `${url.origin}/login/device`, expires_in: 900, interval: 5 };
  return { status: 200, body: { device_code: deviceCode, user_code: userCode, ...where } };
}

function askCode(known: string): Answer {
  return page(
    'Authorize your device',
    `<form method="post">
<label>User name <input name="username" required></label>
<label>Password <input name="password" type="password" required></label>
<label>Code <input name="user_code" value="${known.replaceAll(/[^A-Z0-9-]/g, '')}" required></label>
<button name="decision" value="allow">Authorize</button>
<button name="decision" value="deny">Cancel</button>
</form>`,
  );
}

function decide({ grants, devices }: Parts, params: URLSearchParams): Answer {
  const person = personCalled(params.get('username') ?? undefined);
  const device = devices.get(params.get('user_code')?.toUpperCase() ?? '');
  if (person?.password !== params.get('password')) return errorPage('Sign in', 'User name or password is wrong.');
  const app = grants.apps.get(device?.clientId ?? '');
  if (device === undefined || app === undefined || person === undefined)
    return errorPage('Device', 'The code is not known.');
  if (params.get('decision') === 'deny') device.decision = 'denied';
  else device.grant = { app, person, scopes: device.scopes, ended: false };
  return page('Congratulations, you are all set!', '<p>Your device is now connected.</p>');
}
