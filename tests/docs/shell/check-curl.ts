import { checkRequest } from '../blocks/check-request.ts';
import type { Words } from './read-commands.ts';

/** How pages write our address. */
const ours =
  /^(?:\$\{?PLUGBOARD(?:_URL)?\}?|https?:\/\/(?:localhost|127\.0\.0\.1):7400|https:\/\/plugboard\.example\.com)(?=\/)/;

const withBody = new Set(['-d', '--data', '--data-binary', '--data-raw', '--json', '-F', '--form']);
const withValue = new Set([
  '-X',
  '--request',
  '-H',
  '--header',
  '-o',
  '--output',
  '-u',
  '-w',
  '--max-time',
  ...withBody,
]);

/** What is wrong with a call of curl: of ours the address, the method and the body are compared with the description of the API. */
export function checkCurl(args: Words): readonly string[] {
  const options = new Map<string, string>();
  const addresses: string[] = [];
  for (let at = 0; at < args.length; at += 1) {
    const word = args[at] ?? '';
    if (withValue.has(word)) {
      at += 1;
      options.set(word, args[at] ?? '');
    } else if (!word.startsWith('-')) addresses.push(word);
  }
  if (addresses.length !== 1) return [`curl asks for ${addresses.length} addresses: ${addresses.join(' ')}`];
  return addresses.flatMap((address) => checkAddress(address, options));
}

function checkAddress(address: string, options: ReadonlyMap<string, string>): readonly string[] {
  if (!ours.test(address)) return /^https?:\/\//.test(address) ? [] : [`"${address}" is no address.`];
  const [name, body] = [...options].find(([option]) => withBody.has(option)) ?? [];
  const method = options.get('-X') ?? options.get('--request') ?? (name === undefined ? 'GET' : 'POST');
  const path = address.replace(ours, '').replaceAll(/<[^<>]+>/g, '…');
  return checkRequest({ method, path, body: name?.startsWith('-F') || name === '--form' ? undefined : body });
}
