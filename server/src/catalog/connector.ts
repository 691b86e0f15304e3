import { z } from 'zod';
import { authSchema } from './format/auth.ts';
import { exchangeSchema } from './format/exchange.ts';
import { fieldSchema } from './format/field.ts';
import { httpSchema, type operationSchema } from './format/http.ts';
import { limitsSchema } from './format/limits.ts';
import { mcpSchema } from './format/mcp.ts';
import { oauthSchema } from './format/oauth.ts';
import { key, template } from './format/parts.ts';
import { type serverEngines, type sqlOperationSchema, sqlSchema, type tlsModes } from './format/sql.ts';
import { type effects, toolSchema } from './format/tool.ts';
import { type expectationSchema, verifySchema } from './format/verify.ts';

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
  exchange: exchangeSchema.optional(),
  http: httpSchema.optional(),
  mcp: mcpSchema.optional(),
  sql: sqlSchema.optional(),
  limits: limitsSchema.optional(),
  tools: z.array(toolSchema).default([]),
});

/** A connector as the catalog holds it: its manifest with defaults filled in. */
export type Manifest = z.output<typeof connectorSchema>;
export type Field = z.output<typeof fieldSchema>;
export type AuthScheme = z.output<typeof authSchema>;
export type Verify = z.output<typeof verifySchema>;
export type Expectation = z.output<typeof expectationSchema>;
export type Operation = z.output<typeof operationSchema>;
export type SqlBlock = z.output<typeof sqlSchema>;
export type SqlOperation = z.output<typeof sqlOperationSchema>;
export type ServerEngine = (typeof serverEngines)[number];
export type TlsMode = (typeof tlsModes)[number];
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
