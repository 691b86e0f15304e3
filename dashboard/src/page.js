// The page is written for the default address; the browser knows the real one.
for (const element of document.querySelectorAll('[data-path]')) {
  element.textContent = location.origin + element.dataset.path;
}

const state = document.getElementById('state');
const sentences = {
  ready: 'This server is running and ready.',
  draining: 'This server is shutting down.',
  database_unavailable: 'This server is running but cannot reach its database.',
};

try {
  const response = await fetch('/readyz');
  const { status } = await response.json();
  state.textContent = sentences[status] ?? 'This server is running.';
  state.dataset.state = status;
} catch {
  state.textContent = 'This server does not answer any more.';
  state.dataset.state = 'gone';
}
