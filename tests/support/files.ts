import type { Plugboard } from './plugboard.ts';

export interface UploadWish {
  readonly key?: string;
  readonly name?: string;
  readonly type?: string;
  /** Seconds. */
  readonly expiresIn?: number;
}

/** Uploads bytes through the edge and answers what it said. */
export async function tryUpload(
  { server, app, adminKey }: Pick<Plugboard, 'server' | 'app' | 'adminKey'>,
  bytes: Buffer | string,
  { key = adminKey, name = 'figures.csv', type = 'text/csv', expiresIn }: UploadWish = {},
) {
  const query = { name, ...(expiresIn === undefined ? {} : { expires_in: String(expiresIn) }) };
  return server.inject({
    method: 'POST',
    url: '/api/v1/files',
    query,
    headers: { host: new URL(app.config.publicUrl).host, authorization: `Bearer ${key}`, 'content-type': type },
    payload: bytes,
  });
}

/** Uploads bytes and answers the id of the file; throws where it was refused. */
export async function upload(
  plugboard: Pick<Plugboard, 'server' | 'app' | 'adminKey'>,
  bytes: Buffer | string,
  wish: UploadWish = {},
): Promise<string> {
  const response = await tryUpload(plugboard, bytes, wish);
  if (response.statusCode !== 201) throw new Error(`It was not kept: ${response.body}`);
  return String(response.json().id);
}

/** The bytes of a file, as they are handed out. */
export function download(
  { server, app, adminKey }: Pick<Plugboard, 'server' | 'app' | 'adminKey'>,
  id: string,
  key = adminKey,
) {
  return server.inject({
    method: 'GET',
    url: `/api/v1/files/${id}/content`,
    headers: { host: new URL(app.config.publicUrl).host, authorization: `Bearer ${key}` },
  });
}
