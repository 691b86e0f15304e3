import { globSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { readFolder } from '../../catalog/manifest/read-folder.ts';
import { isAskedIn, resolveFields } from '../../catalog/resolve-fields.ts';
import type { Connector } from '../../catalog/connector.ts';
import { isJsonObject, type JsonObject } from '../../lib/json.ts';
import { createSchemaCompiler } from '../../workers/compile-schema.ts';
import { nothingAttached } from '../attachment.ts';
import { createRedactor } from '../../lib/redact.ts';
import { buildRequest } from './build-request.ts';
import { readResponse } from './read-response.ts';

const headers = z.record(z.string(), z.string());
const jsonObject = z.custom<JsonObject>(isJsonObject);
const recording = z.strictObject({
  tool: z.string(),
  /** Fields without a default that are not secret. */
  fields: jsonObject.default({}),
  /** What signing in had brought besides the token. */
  captured: jsonObject.default({}),
  arguments: jsonObject,
  request: z.strictObject({
    method: z.string(),
    url: z.string(),
    headers: headers.default({}),
    body: z.unknown().optional(),
  }),
  response: z.strictObject({ status: z.number(), headers, body: z.unknown().optional() }),
  outcome: z.looseObject({ status: z.string() }),
});

const folder = join(import.meta.dirname, '../../../../connectors');
const { connectors } = await readFolder(folder, 'built-in');
const compiler = createSchemaCompiler({ workerUrl: new URL('../../workers/compile-in-worker.ts', import.meta.url) });
afterAll(() => compiler.close());

/** After every moment in the headers of the recordings. */
const now = Date.parse('2026-11-01T00:00:00Z');

describe.each(globSync('*/recorded/*.json', { cwd: folder }).toSorted())('%s', (file) => {
  const recorded = recording.parse(JSON.parse(readFileSync(join(folder, file), 'utf8')));
  const connector = find(dirname(dirname(file)));
  const tool = connector.tools.find(({ name }) => name === recorded.tool);
  if (tool?.operation === undefined) throw new Error(`${file} names the tool ${recorded.tool}, which there is not.`);
  const { operation } = tool;

  it('has arguments that the tool takes', async () => {
    const validate = await compiler.validatorFor(tool.input, { foreign: false });
    expect(validate(recorded.arguments)).toEqual([]);
  });

  it('is asked for as recorded', () => {
    const built = buildRequest({
      connector,
      operation,
      config: { ...configOf(connector, recorded.fields), ...recorded.captured },
      publicUrl: 'http://localhost:3000',
      args: recorded.arguments,
      attachment: nothingAttached,
    });
    if (!built.ok) expect.fail(built.rejected.message);
    const { method, url, headers, body } = built.request;
    expect({ method, url }).toEqual({ method: recorded.request.method, url: recorded.request.url });
    expect(headers).toMatchObject(recorded.request.headers);
    expect(sentBody(body, headers)).toEqual(recorded.request.body);
  });

  it('is understood as recorded', () => {
    const args = recorded.arguments;
    const options = { connector, operation, args, effect: tool.effect, redactor: createRedactor([]), now };
    const response = { ...recorded.response, body: bodyOf(recorded.response.body), url: recorded.request.url };
    expect(readResponse(options, response)).toEqual(recorded.outcome);
  });
});

function find(id: string): Connector {
  const connector = connectors.find((each) => each.id === basename(id));
  if (connector === undefined) throw new Error(`There is no valid connector ${id}.`);
  return connector;
}

/** As after connecting: defaults filled in, secrets set apart. */
function configOf(connector: Connector, fields: JsonObject): JsonObject {
  const secrets = connector.fields
    .filter((field) => field.secret && isAskedIn(field, connector.auth_mode))
    .map(({ key }) => [key, 'recorded-secret'] as const);
  const resolved = resolveFields(connector, connector.auth_mode, { ...Object.fromEntries(secrets), ...fields });
  if (!resolved.ok) throw new Error(resolved.problems.map(({ message }) => message).join('; '));
  return resolved.config;
}

function sentBody(body: unknown, headers: Readonly<Record<string, string>> = {}): unknown {
  return typeof body === 'string' && headers['content-type'] === 'application/json' ? JSON.parse(body) : body;
}

function bodyOf(body: unknown): Buffer {
  if (body === undefined) return Buffer.alloc(0);
  return Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
}
