import { z } from 'zod';
import { key, template } from './parts.ts';

/** How a server is spoken to that has an address. */
export const mcpTransports = ['streamable-http', 'sse'] as const;

const absolutePath = /^(\/[A-Za-z0-9@._+-]+)+$/;
const hasSteps = /\/\.{1,2}(\/|$)/;

/** `npm:<package>@<version>`, installed beforehand in exactly this version, or the absolute path of a program. */
const command = z
  .string()
  .max(500)
  .regex(
    /^(npm:(@[a-z0-9][a-z0-9._~-]*\/)?[a-z0-9][a-z0-9._~-]*@\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?|(\/[A-Za-z0-9@._+-]+)+)$/,
    'must be npm:<package>@<version>, with all three numbers of the version, or the absolute path of a program',
  )
  .refine((text) => !hasSteps.test(text), 'may not have "." or ".." in it');

/** What is neither the whole machine nor made by its kernel. */
const readable = z
  .string()
  .regex(absolutePath, 'must be an absolute path')
  .refine((text) => !hasSteps.test(text), 'may not have "." or ".." in it')
  .refine((text) => !/^\/(proc|sys|dev|run|etc)(\/|$)/.test(text), 'is not a place for programs');

/** What decides how any program starts: never a value somebody submits. */
const reserved =
  /^(PATH|HOME|TMPDIR|LANG|IFS|ENV|SHELL|(LD|DYLD|NODE|NPM|BASH|PYTHON|PERL|RUBY|GIT|GLIBC|MALLOC)_?.*)$/;

const variable = z
  .string()
  .regex(/^[A-Z][A-Z0-9_]{0,63}$/, 'upper case letters, digits and underscores, a letter first')
  .refine((name) => !reserved.test(name), 'decides how programs start and is not set by a manifest');

/** A program that speaks MCP on its standard input and output, started by Plugboard itself (S4). */
export const programSchema = z.strictObject({
  command,
  /** One template each, never seen by a shell. They are visible to others on the machine: no secret may stand here. */
  args: z.array(template).max(64).default([]),
  /** Added to an environment that is otherwise empty; the place for secrets. What has no value is left out. */
  env: z.record(variable, template).default({}),
  /** Files and folders that it reads besides its own, wherever they lie: for programs that are more than one file. */
  reads: z.array(readable).max(20).default([]),
  /** The one folder below `PLUGBOARD_FILES_DIR` that it sees, and starts in: the field holds its name. */
  folder: z.strictObject({ field: key, access: z.enum(['read', 'read-write']).default('read') }).optional(),
  /** `host`: the network of the machine, past the egress guard. */
  network: z.enum(['none', 'host']).default('none'),
  /** Who shares one process: everybody who uses a connection, or each user has their own. */
  shared: z.enum(['connection', 'user']).default('connection'),
});

const localSchema = programSchema.extend({ transport: z.literal('stdio') });
const alternativeSchema = programSchema.extend({ when: z.strictObject({ field: key, is: z.string() }) });

const remoteSchema = z.strictObject({
  transport: z.enum(mcpTransports).default('streamable-http'),
  url: template,
  headers: z.record(z.string(), template).default({}),
  /** Runs here instead, where the field has this value. */
  stdio: alternativeSchema.optional(),
});

/** An MCP server: at an address, or a program that Plugboard runs. */
export const mcpSchema = z.union([localSchema, remoteSchema]);

export type McpDefinition = z.output<typeof mcpSchema>;
export type Program = z.output<typeof programSchema>;
export type ProgramServer = z.output<typeof localSchema>;
export type RemoteServer = Omit<z.output<typeof remoteSchema>, 'stdio'>;
