/**
 * The one script of our pages: it tells whoever waits for a connection what came of it, in every way a browser has, and only
 * to pages of our own origin. Without it everything still works.
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
`;
