import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { listen, type Listening } from '../emulators/listen.ts';

interface Published {
  /** The folder that was packed. */
  readonly packed: string;
  readonly tarball: string;
  /** The registry that has every other package. */
  readonly upstream: string;
}

/** A registry that has our package as if it had been published, and passes on what is asked about the others. */
export async function startRegistry({ packed, tarball, upstream }: Published): Promise<Listening> {
  const bytes = readFileSync(tarball);
  const manifest = JSON.parse(readFileSync(`${packed}/package.json`, 'utf8'));
  const registry = await listen((request, response) => void answer(request, response));

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.url === '/plugboard') response.end(JSON.stringify(published()));
    else if (request.url === '/plugboard.tgz') response.end(bytes);
    else await passOn(request, response, upstream);
  }

  /** A registry tells of the lock file in the package; npm installs by it. */
  function published(): object {
    const integrity = `sha512-${createHash('sha512').update(bytes).digest('base64')}`;
    const dist = { tarball: `${registry.url}/plugboard.tgz`, integrity };
    const versions = { [manifest.version]: { ...manifest, _hasShrinkwrap: true, dist } };
    return { name: manifest.name, 'dist-tags': { latest: manifest.version }, versions };
  }

  return registry;
}

async function passOn({ url = '/', headers }: IncomingMessage, response: ServerResponse, to: string): Promise<void> {
  try {
    const { accept = '*/*' } = headers;
    const answered = await fetch(new URL(url.slice(1), to), { headers: { accept } });
    response.writeHead(answered.status, { 'content-type': answered.headers.get('content-type') ?? '' });
    response.end(Buffer.from(await answered.arrayBuffer()));
  } catch {
    response.writeHead(502).end();
  }
}
