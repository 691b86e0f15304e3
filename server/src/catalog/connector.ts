import { z } from 'zod';

/** Text with `${field.x}`, `${derived.x}`, `${config.public_url}` or `${arg.x}` in it, and filters: `${field.x|base64}`. */
const template = z.string().min(1).max(4000);
const key = z.string().regex(/^[A-Za-z][A-Za-z0-9_]{0,63}$/, 'letters, digits and underscores, a letter first');
const jsonSchema = z.record(z.string(), z.unknown());

/** One value a person is asked for when connecting. `secret: true` is obeyed by form, vault, logs and shapes. */
export const fieldSchema = z.strictObject({
  key,
  label: z.string().min(1).max(80),
  type: z.enum(['text', 'url', 'email', 'number', 'boolean', 'select', 'multiline']).default('text'),
  required: z.boolean().default(true),
  secret: z.boolean().default(false),
  help: z.string().max(500).optional(),
  default: z.union([z.string(), z.number(), z.boolean()]).optional(),
  choices: z
    .array(z.strictObject({ value: z.string(), label: z.string() }))
    .min(1)
    .optional(),
  /** Guides a form; never a reason to refuse (RULINGS 001.2). */
  pattern: z.string().max(300).optional(),
  placeholder: z.string().max(120).optional(),
  /** Taken as it is: white space around it counts, and empty is a value of its own, not a reason for the default. */
  verbatim: z.boolean().optional(),
  /** Asked for in these ways of signing in only; absent: in all. */
  auth_modes: z.array(z.string()).optional(),
});

/** How the secret is attached to a call: the key modes of `pat`. */
export const authSchema = z.discriminatedUnion('scheme', [
  z.strictObject({ scheme: z.literal('none') }),
  z.strictObject({ scheme: z.literal('bearer'), token: template }),
  z.strictObject({ scheme: z.literal('basic'), username: z.string().max(4000), password: z.string().max(4000) }),
  z.strictObject({
    scheme: z.literal('api_key'),
    keys: z
      .array(z.strictObject({ in: z.enum(['header', 'query']), name: template, value: template }))
      .min(1)
      .max(8),
  }),
]);

/** A claim about a JSON answer: the value at `path` (dots and indexes) exists, or equals, or is one of. */
const expectationSchema = z.strictObject({
  path: z.string().min(1),
  exists: z.literal(true).optional(),
  equals: z.union([z.string(), z.number(), z.boolean(), z.null()]).optional(),
  one_of: z
    .array(z.union([z.string(), z.number(), z.boolean()]))
    .min(1)
    .optional(),
});

/** The probe that decides whether submitted values work (RULINGS 001.5). */
export const verifySchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('http'),
    method: z.enum(['GET', 'HEAD', 'POST']).default('GET'),
    url: template,
    headers: z.record(z.string(), template).default({}),
    body: z.unknown().optional(),
    expect_status: z.array(z.int().min(100).max(599)).min(1).default([200]),
    expect_json: z.array(expectationSchema).default([]),
    /** Where the name of the account stands in the answer, e.g. `login`. */
    account: z.string().optional(),
    /** Where the provider's own words for a refusal stand, e.g. `message`. */
    message: z.string().optional(),
  }),
  z.strictObject({ kind: z.literal('mcp') }),
  z.strictObject({ kind: z.literal('sql'), query: z.string() }),
]);

/** A failure that a provider tells in its answer: whose fault it is where the value at `path` is one of these codes. */
const failureSchema = z.strictObject({
  path: z.string().min(1),
  one_of: z.array(z.union([z.string(), z.number()])).min(1),
  reason: z.enum(['auth', 'input', 'scope', 'rate_limit']),
});

/** Where an HTTP API lives, what every call to it carries, and how it tells a failure. */
export const httpSchema = z.strictObject({
  base_url: template,
  headers: z.record(z.string(), template).default({}),
  /** Sent with every call, e.g. an API version. */
  query: z.record(z.string(), template).default({}),
  /** What the answer of every tool must say to be a success; an operation's own `expect_json` replaces it. */
  expect_json: z.array(expectationSchema).optional(),
  /**
   * How the provider's own error codes are understood, whatever the status of a failed call; the first that fits counts.
   * List a code only where the status says less, or something else. `auth` gives the connection up: for codes about the
   * credential itself; what it may not do is `scope` (RULINGS 003.2).
   */
  failures: z.array(failureSchema).optional(),
});

export const mcpTransports = ['streamable-http', 'sse'] as const;

/** A remote MCP server. */
export const mcpSchema = z.strictObject({
  transport: z.enum(mcpTransports).default('streamable-http'),
  url: template,
  headers: z.record(z.string(), template).default({}),
});

/** Endpoints of an OAuth 2 provider; used by the ways of signing in that need a browser. */
export const oauthSchema = z.strictObject({
  authorization_url: template.optional(),
  token_url: template.optional(),
  /** Where a token is refreshed, if not at `token_url`. */
  refresh_url: template.optional(),
  /** RFC 7009. */
  revocation_url: template.optional(),
  scopes: z.array(z.string()).default([]),
  scope_separator: z.enum([' ', ',']).default(' '),
  /** Sent to `authorization_url` besides what RFC 6749 asks for, e.g. `access_type: offline`. */
  authorization_params: z.record(z.string(), template).default({}),
  /** Sent to `token_url` besides what RFC 6749 asks for. */
  token_params: z.record(z.string(), template).default({}),
  /** How the client proves itself at `token_url` (RFC 6749 §2.3.1). */
  client_auth: z.enum(['basic', 'post', 'none']).default('basic'),
  token_body: z.enum(['form', 'json']).default('form'),
  /** RFC 7636; `false` for providers that refuse it. */
  pkce: z.boolean().default(true),
  /** Where the token stands in the answer, if not at its top, e.g. `authed_user`. */
  token_path: z.string().min(1).optional(),
});

/**
 * How a tool of an HTTP API is carried. Templates are encoded by where they stand. A value that is one template alone
 * keeps its JSON type and is left out when the argument is absent.
 */
export const operationSchema = z.strictObject({
  method: z.enum(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']),
  path: z.string().min(1).max(1000),
  /** Parameters by name, or one template alone that stands for an object of them: `${arg.query}`. */
  query: z
    .union([template, z.record(z.string(), z.unknown())], 'an object, or one template alone such as ${arg.query}')
    .default({}),
  headers: z.record(z.string(), template).default({}),
  body: z.unknown().optional(),
  body_type: z.enum(['json', 'form', 'text']).default('json'),
  /** Where the useful part of the answer stands; absent: all of it. */
  select: z.string().optional(),
  /**
   * What of that part a model is shown, as names joined by dots, e.g. `user.login`; absent: everything. Names lead through
   * lists into each of their items, so that `number` is kept of every item of a list.
   */
  keep: z
    .array(z.string().regex(/^[^.\s]+(\.[^.\s]+)*$/, 'names joined by dots, e.g. user.login'))
    .min(1)
    .optional(),
  /** Statuses that mean success besides 200 to 299. */
  ok_status: z.array(z.int()).default([]),
  /** What a JSON answer must say to be a success, for providers that answer 200 to a failure; absent: `http.expect_json`. */
  expect_json: z.array(expectationSchema).optional(),
  /** Where the provider's own words for a failure stand. */
  message: z.string().optional(),
});

export const effects = ['read', 'write'] as const;

export const toolSchema = z.strictObject({
  name: z.string().regex(/^[a-z0-9_]{1,40}$/, 'at most 40 of a-z, 0-9 and underscore'),
  label: z.string().min(1).max(80),
  /** For a model. */
  description: z.string().min(10).max(1000),
  effect: z.enum(effects),
  destructive: z.boolean().default(false),
  /** JSON Schema 2020-12 of an object. */
  input: jsonSchema,
  operation: operationSchema,
});

export const authModes = ['pat', 'conn_string', 'mcp_oauth', 'byo_oauth', 'none'] as const;

/** `connector.yaml`, version 1 of the format. Unknown keys are errors. */
export const connectorSchema = z.strictObject({
  schema: z.literal(1),
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'at most 40 of a-z, 0-9 and dash'),
  name: z.string().min(1).max(60),
  version: z.string().regex(/^\d+\.\d+\.\d+$/, 'three numbers, e.g. 1.0.0'),
  description: z.string().min(10).max(300),
  category: z.string().regex(/^[a-z][a-z-]{1,39}$/),
  auth_mode: z.enum(authModes),
  /** Every way to sign in; the first is `auth_mode`. Absent: that one alone. */
  auth_modes: z.array(z.enum(authModes)).min(1).optional(),
  /** A Simple Icons slug; absent: a letter on the brand colour. */
  brand_logo: z.string().optional(),
  brand_color: z.string().regex(/^#[0-9A-Fa-f]{6}$/),
  docs_url: z.url().optional(),
  fields: z.array(fieldSchema).default([]),
  derived: z.record(key, template).default({}),
  auth: authSchema.default({ scheme: 'none' }),
  verify: verifySchema.optional(),
  oauth: oauthSchema.optional(),
  http: httpSchema.optional(),
  mcp: mcpSchema.optional(),
  tools: z.array(toolSchema).default([]),
});

/** A connector as the catalog holds it: its manifest with defaults filled in. */
export type Manifest = z.output<typeof connectorSchema>;
export type Field = z.output<typeof fieldSchema>;
export type AuthScheme = z.output<typeof authSchema>;
export type Verify = z.output<typeof verifySchema>;
export type Expectation = z.output<typeof expectationSchema>;
export type Operation = z.output<typeof operationSchema>;
export type ToolDefinition = z.output<typeof toolSchema>;
export type Effect = (typeof effects)[number];
export type AuthMode = (typeof authModes)[number];

/** The agent back-ends we can invoke (RULINGS 002.3). */
export const agentTypes = ['langgraph', 'openai'] as const;
export type AgentType = (typeof agentTypes)[number];

export interface Connector extends Manifest {
  readonly auth_modes: [AuthMode, ...AuthMode[]];
  /** SHA-256 of the manifest, in hex. */
  readonly digest: string;
  /** Where it comes from: the catalog we ship, or a folder of the operator's. */
  readonly source: 'built-in' | 'operator';
  /** What kind of agent its calls go to; of no connector in the catalog. */
  readonly agent?: AgentType | undefined;
}
