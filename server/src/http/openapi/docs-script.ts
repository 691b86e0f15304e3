/** What runs in the page at `/docs`. Everything it shows is put in as text, never as markup. */
export const docsScript = `
const description = await (await fetch('/openapi.json')).json();
const place = document.getElementById('operations');
const filter = document.getElementById('filter');
const make = (name, props = {}, ...children) => {
  const element = Object.assign(document.createElement(name), props);
  element.append(...children);
  return element;
};
const resolve = (schema) => schema && schema.$ref ? description.components.schemas[schema.$ref.split('/').pop()] : schema;
const pretty = (value) => JSON.stringify(value, null, 2);

function sampleOf(given, depth = 0) {
  const schema = resolve(given) ?? {};
  if (schema.default !== undefined) return schema.default;
  if (schema.enum) return schema.enum[0];
  if (schema.const !== undefined) return schema.const;
  const variant = schema.anyOf ?? schema.oneOf;
  if (variant) return sampleOf(variant[0], depth);
  if (schema.type === 'object') {
    if (depth > 4) return {};
    const required = schema.required ?? [];
    return Object.fromEntries(required.map((key) => [key, sampleOf(schema.properties?.[key], depth + 1)]));
  }
  return { array: [], string: '', integer: 0, number: 0, boolean: false }[schema.type] ?? null;
}

function expanded(given, seen = []) {
  if (!given || typeof given !== 'object') return given;
  if (Array.isArray(given)) return given.map((item) => expanded(item, seen));
  if (given.$ref) return seen.includes(given.$ref) ? given.$ref : expanded(resolve(given), [...seen, given.$ref]);
  return Object.fromEntries(Object.entries(given).map(([key, value]) => [key, expanded(value, seen)]));
}

function parameterField({ name, in: part, required, schema }) {
  const input = make('input', { name, required });
  input.dataset.part = part;
  return make('label', {}, make('code', { textContent: name }), ' ', input, ' ',
    make('span', { className: 'quiet', textContent: part + (required ? ', required' : '') + (schema?.type ? ', ' + schema.type : '') }));
}

function addressOf(path, form) {
  const query = new URLSearchParams();
  let address = path;
  for (const input of form.querySelectorAll('input[data-part]')) {
    if (input.dataset.part === 'path') address = address.replace('{' + input.name + '}', encodeURIComponent(input.value));
    else if (input.dataset.part === 'query' && input.value !== '') query.set(input.name, input.value);
  }
  return query.size ? address + '?' + query : address;
}

function headersOf(form) {
  const filled = [...form.querySelectorAll('input[data-part="header"]')].filter((input) => input.value !== '');
  return Object.fromEntries(filled.map((input) => [input.name, input.value]));
}

function tryForm(path, method, operation) {
  const answer = make('pre', { hidden: true, tabIndex: 0 });
  const media = operation.requestBody?.content['application/json'];
  const body = media && make('textarea', { value: pretty(media.example ?? sampleOf(media.schema)), ariaLabel: 'Body' });
  const form = make('form', {}, ...operation.parameters.map(parameterField), ...(body ? [body] : []),
    make('div', {}, make('button', { textContent: 'Send' })), answer);
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    answer.hidden = false;
    answer.textContent = 'Sending…';
    const headers = { ...headersOf(form), ...(body ? { 'content-type': 'application/json' } : {}) };
    const response = await fetch(addressOf(path, form), { method: method.toUpperCase(), headers, ...(body ? { body: body.value } : {}) });
    const text = await response.text();
    let shown = text;
    try { shown = pretty(JSON.parse(text)); } catch {}
    answer.textContent = response.status + ' ' + response.statusText + '\\n\\n' + shown;
  });
  return form;
}

function answers(operation) {
  return Object.entries(operation.responses).map(([status, response]) => {
    const { description: meaning, content } = response.$ref ? description.components.responses[response.$ref.split('/').pop()] : response;
    const media = content && Object.values(content)[0];
    return make('details', {}, make('summary', {}, make('code', { textContent: status }), ' ' + meaning),
      ...(media?.example === undefined ? [] : [make('pre', { textContent: pretty(media.example), tabIndex: 0 })]),
      make('pre', { textContent: media ? pretty(expanded(media.schema)) : 'No body.', tabIndex: 0 }));
  });
}

function entry(path, method, operation) {
  const details = make('details', {}, make('summary', {},
    make('span', { className: 'method', textContent: method.toUpperCase() }), make('code', { textContent: path }), ' ' + operation.summary));
  details.dataset.text = (method + ' ' + path + ' ' + operation.summary).toLowerCase();
  details.addEventListener('toggle', () => {
    if (details.childElementCount > 1) return;
    if (operation.description) details.append(make('p', { textContent: operation.description.replaceAll('\`', '') }));
    details.append(tryForm(path, method, operation), make('h3', { textContent: 'Answers' }), ...answers(operation));
  });
  return details;
}

function draw() {
  const all = Object.entries(description.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })));
  place.replaceChildren(...description.tags.flatMap(({ name, description: sentence }) => [
    make('h2', { textContent: name }),
    make('p', { className: 'quiet', textContent: sentence.replaceAll('\`', '') }),
    ...all.filter(({ operation }) => operation.tags.includes(name)).map(({ path, method, operation }) => entry(path, method, operation)),
  ]));
}

filter.addEventListener('input', () => {
  for (const details of place.querySelectorAll(':scope > details')) details.hidden = !details.dataset.text.includes(filter.value.toLowerCase());
});
draw();
`;
