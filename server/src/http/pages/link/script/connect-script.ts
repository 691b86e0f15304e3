/**
 * What an app loads to open links from its own pages: `Plugboard.open(link)`. It knows no secret: all that comes back is the
 * id of a connection, or of an approval, and what came of it, from the very window it opened, on the origin the link is on.
 */
const body = `
const features = 'popup,width=480,height=760';
const waitMs = 500;
const askMs = 2000;
const askAtMostMs = 600000;

class PlugboardError extends Error {
  constructor(code, message) {
    super(message);
    this.name = 'PlugboardError';
    this.code = code;
  }
}

const named = (link) => {
  const url = new URL(link);
  url.searchParams.set('origin', location.origin);
  return url;
};

const idOr = (id) => (typeof id === 'string' ? id : null);

const resultIn = (data) => {
  if (data === null || typeof data !== 'object' || typeof data.status !== 'string') return undefined;
  const { type, status } = data;
  if (type === 'plugboard:connected') return { connectionId: idOr(data.connection_id), status };
  return type === 'plugboard:decided' ? { approvalId: idOr(data.approval_id), status } : undefined;
};

const open = (link, { onEvent = () => {}, check, signal } = {}) => {
  const popup = window.open(typeof link === 'string' ? named(link) : 'about:blank', '_blank', features);
  if (!popup) {
    const blocked = 'The browser blocked the window. Call open() in the click itself, or use redirect().';
    return Promise.reject(new PlugboardError('blocked', blocked));
  }
  return new Promise((resolve, reject) => {
    let origin;
    let closedAt;
    let asking = false;
    const returned = new BroadcastChannel('plugboard:returned');
    const over = (settle, value) => {
      clearInterval(timer);
      removeEventListener('message', hear);
      returned.close();
      popup.close();
      settle(value);
    };
    const finish = (result) => {
      const { status, ...about } = result;
      onEvent({ type: status, ...about });
      over(resolve, result);
    };
    const fail = (code, message) => over(reject, new PlugboardError(code, message));
    const hear = (event) => {
      if (event.source !== popup || event.origin !== origin) return;
      const result = resultIn(event.data);
      if (result) finish(result);
    };
    const ask = async () => {
      if (asking) return;
      asking = true;
      const state = await Promise.resolve(check()).catch(() => undefined);
      asking = false;
      if (state?.status === 'finished') finish({ connectionId: state.connection_id, status: 'connected' });
      if (state?.status === 'expired' || state?.status === 'revoked') fail(state.status, 'The link is over.');
    };
    let askedAt = 0;
    const look = () => {
      if (!popup.closed && closedAt === undefined) return;
      if (closedAt === undefined) onEvent({ type: 'closed' });
      closedAt ??= Date.now();
      const gone = Date.now() - closedAt;
      if (!check && gone > 2 * waitMs) fail('closed', 'The window was closed, or a provider cut it off. Ask for the state of the link.');
      if (!check) return;
      if (gone > askAtMostMs) return fail('closed', 'The window was closed before anything was connected.');
      if (Date.now() - askedAt < askMs) return;
      askedAt = Date.now();
      void ask();
    };
    const timer = setInterval(look, waitMs);
    addEventListener('message', hear);
    returned.onmessage = ({ data }) => {
      const result = resultIn(data);
      if (result) finish(result);
    };
    signal?.addEventListener('abort', () => fail('aborted', 'The app stopped waiting.'), { once: true });
    Promise.resolve(link).then(
      (text) => {
        const url = named(text);
        origin = url.origin;
        if (typeof link !== 'string') popup.location.replace(url);
        onEvent({ type: 'opened' });
      },
      (error) => over(reject, error),
    ).catch((error) => over(reject, error));
  });
};

const redirect = (link) => location.assign(link);

const returned = () => {
  const query = new URLSearchParams(location.search);
  const status = query.get('status');
  if (!status) return undefined;
  const [connection_id, approval_id] = [query.get('connection_id'), query.get('approval_id')];
  const told = approval_id
    ? { type: 'plugboard:decided', approval_id, status }
    : { type: 'plugboard:connected', connection_id, status };
  const channel = new BroadcastChannel('plugboard:returned');
  channel.postMessage(told);
  channel.close();
  return resultIn(told);
};
`;

/** For a `<script>`: it leaves `Plugboard` behind, and nothing else. */
export const classicScript = `(() => {\n'use strict';${body}
globalThis.Plugboard = Object.freeze({ open, redirect, returned, PlugboardError });
})();
`;

/** The same as a module. */
export const moduleScript = `${body.trimStart()}
export { open, redirect, returned, PlugboardError };
`;
