/**
 * The last page of a link, or of an approval, tells the window that opened it, where its workspace registered that window's
 * origin, the id and the result and nothing else (S19). A browser that has no such window any more, because a provider cut it off, goes back to the
 * app by itself; without a script there is a button.
 */
export const finishedScript = `
const finished = document.querySelector('[data-finished]');
if (finished) {
  const { finished: status, connectionMade, approval, tells, leads } = finished.dataset;
  const message = approval
    ? { type: 'plugboard:decided', approval_id: approval, status }
    : { type: 'plugboard:connected', connection_id: connectionMade || null, status };
  let told = false;
  try {
    if (tells && window.opener) {
      window.opener.postMessage(message, tells);
      told = true;
    }
  } catch {}
  if (leads && tells && !told) setTimeout(() => location.replace(leads), 1500);
}
`;
