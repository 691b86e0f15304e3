import { finishedScript } from './finished-script.ts';

/**
 * The one script of our pages. It tells whoever waits for a connection what came of it, in every way a browser has, and only
 * to pages of our own origin; and it takes the token of an invitation out of the address bar and opens it. Without it
 * everything still works.
 */
export const script = `
const told = document.querySelector('[data-connection]');
if (told) {
  const message = { type: 'plugboard.connection', connectionId: told.dataset.connection, result: told.dataset.result };
  try {
    new BroadcastChannel('plugboard').postMessage(message);
  } catch {}
  try {
    localStorage.setItem('plugboard.connection', JSON.stringify({ ...message, at: Date.now() }));
  } catch {}
  try {
    window.opener?.postMessage(message, location.origin);
  } catch {}
}

const opens = document.querySelector('[data-opens-invitation]');
const openInvitation = () => {
  const token = location.hash.slice(1);
  if (!opens || !token) return;
  history.replaceState(null, '', location.pathname);
  opens.elements.token.value = token;
  opens.submit();
};
openInvitation();
addEventListener('hashchange', openInvitation);
${finishedScript}`;
