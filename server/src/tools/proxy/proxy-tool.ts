import { z } from 'zod';
import type { Connector } from '../../catalog/connector.ts';
import { digestOf } from '../../lib/digest.ts';
import type { FoundTool } from '../specs/found-tool.ts';
import type { ToolSpec } from '../specs/tool-spec.ts';

/** How the raw proxy of a connection is called where tools are named: in switches, approvals and the log of calls. */
export const proxyName = 'proxy';

/** The methods a raw request may have; the first three are reads. */
const proxyMethods = ['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
export type ProxyMethod = (typeof proxyMethods)[number];

/** A raw request, as it is ruled on, shown to a person and kept until they decide. */
const proxyArguments = z.strictObject({
  method: z.enum(proxyMethods),
  path: z.string().describe('Below the base address, percent-encoded, with a slash in front.'),
  query: z.string().default('').describe('Percent-encoded, without the question mark.'),
  headers: z.record(z.string(), z.string()).default({}).describe('By names in lower case.'),
  body: z.string().optional().describe('What is sent, where it is text.'),
  body_base64: z.string().optional().describe('What is sent, where it is not.'),
});

const definition = {
  name: proxyName,
  label: 'Raw request',
  description: 'Sends a request to the API as it is written, with the credentials of the connection.',
  effect: 'write',
  destructive: false,
  input: z.toJSONSchema(proxyArguments, { io: 'input' }),
} as const;

const spec: ToolSpec = { ...definition, digest: digestOf(definition), operation: undefined, proxied: true };

/** The raw proxy of a connector: of every one that has an HTTP API. No list of tools has it; it is there to be named. */
export function proxySpec({ http }: Pick<Connector, 'http'>): ToolSpec | undefined {
  return http === undefined ? undefined : spec;
}

const reading: Partial<ToolSpec> = { effect: 'read', label: 'Raw request (read)' };
const deleting: Partial<ToolSpec> = { destructive: true };
const variants = new WeakMap<FoundTool, Map<string, FoundTool>>();

/**
 * The tool as it is called: a raw request reads or writes by its method, unless the manifest says that reading may write. The
 * same object for the same tool and method; every other tool is what it is.
 */
export function asCalled(found: FoundTool, args: unknown): FoundTool {
  if (found.spec.proxied !== true) return found;
  const method = typeof args === 'object' && args !== null && 'method' in args ? String(args.method) : '';
  const known = variants.get(found) ?? new Map<string, FoundTool>();
  variants.set(found, known);
  const variant = known.get(method) ?? { ...found, spec: { ...found.spec, ...differenceOf(found.connector, method) } };
  if (isMethod(method)) known.set(method, variant);
  return variant;
}

function differenceOf({ http }: Connector, method: string): Partial<ToolSpec> {
  if (method === 'DELETE') return deleting;
  const reads = method === 'HEAD' || method === 'OPTIONS' || (method === 'GET' && http?.get_may_write !== true);
  return reads ? reading : {};
}

function isMethod(text: string): text is ProxyMethod {
  return proxyMethods.some((method) => method === text);
}
