// #region popup
// Without this script the button leads to Plugboard and back again; with it, that happens in a window beside the page.
const form = document.querySelector('#connect');
form?.addEventListener('submit', (event) => {
  event.preventDefault();
  const wish = {
    method: 'POST',
    headers: { accept: 'application/json' },
    body: new URLSearchParams(new FormData(form)),
  };
  const link = fetch('/connect', wish).then((answer) => answer.json());
  const again = () => location.assign('/');
  Plugboard.open(link.then(({ url }) => url)).then(again, again);
});
// In that window, when it comes back here.
if (Plugboard.returned()) window.close();
// #endregion
