import { Readable } from 'node:stream';
import { z } from 'zod';
import { fileLimits, fileLives } from '../../files/file.ts';
import { keepFile, tooLarge } from '../../files/keep-file.ts';
import { readFile } from '../../files/read-file.ts';
import { deleteFile, seeFile } from '../../files/see-file.ts';
import { unknownType } from '../../files/media-type.ts';
import { route, type Route } from '../route.ts';
import { fileItem, showFile } from '../shapes/file.ts';

const tag = 'Files';
const access = { role: 'MEMBER', scope: 'tools:call' } as const;
const params = z.object({ id: z.uuid() });

const upload = route({
  name: 'uploadFile',
  method: 'POST',
  path: '/api/v1/files',
  summary: 'Keeps the body as a file for later calls: at most 50 MiB, for a day unless told otherwise.',
  tag,
  access,
  takesBytes: true,
  query: z.strictObject({
    name: z.string().min(1).max(1000).describe('What the file is called.'),
    expires_in: z.coerce
      .number()
      .int()
      .min(fileLives.shortest / 1000)
      .max(fileLives.longest / 1000)
      .default(fileLives.usual / 1000)
      .describe('Seconds until it is deleted.'),
  }),
  answers: { 201: fileItem },
  failures: ['CONFLICT'],
  audit: 'file.kept',
  example: { query: { name: 'figures.csv' } },
  answer: async (ctx, { query, upload }) => {
    if ((upload?.length ?? 0) > fileLimits.bytesEach) throw tooLarge();
    const file = await keepFile(ctx, {
      name: query.name,
      mediaType: upload?.contentType,
      lifeMs: query.expires_in * 1000,
      bytes: upload?.bytes ?? Readable.from([]),
    });
    return { status: 201, body: showFile(file) };
  },
});

const get = route({
  name: 'getFile',
  method: 'GET',
  path: '/api/v1/files/:id',
  summary: 'What a file is, without its bytes.',
  tag,
  access,
  params,
  answers: { 200: fileItem },
  failures: ['NOT_FOUND'],
  audit: 'none',
  find: (ctx, { params }) => seeFile(ctx, params.id),
  answer: async (_ctx, { found }) => ({ status: 200, body: showFile(found) }),
});

const download = route({
  name: 'downloadFile',
  method: 'GET',
  path: '/api/v1/files/:id/content',
  summary: 'The bytes of a file, as an attachment. Not for cookies.',
  tag,
  access,
  params,
  handsOut: true,
  contentType: unknownType,
  answers: { 200: z.string().meta({ format: 'binary' }) },
  failures: ['NOT_FOUND'],
  audit: 'none',
  find: (ctx, { params }) => seeFile(ctx, params.id),
  answer: async (ctx, { found }) => {
    const bytes = Readable.from(readFile(ctx, found), { objectMode: false });
    const { name, mediaType: contentType, size } = found;
    return { status: 200, download: { name, contentType, size, bytes } };
  },
});

const remove = route({
  name: 'deleteFile',
  method: 'DELETE',
  path: '/api/v1/files/:id',
  summary: 'Deletes a file with its bytes.',
  tag,
  access,
  params,
  answers: { 204: null },
  failures: ['NOT_FOUND'],
  audit: 'file.deleted',
  find: (ctx, { params }) => seeFile(ctx, params.id),
  answer: async (ctx, { found }) => {
    await deleteFile(ctx, found);
    return { status: 204 };
  },
});

export const fileRoutes: readonly Route[] = [upload, get, download, remove];
