import { z } from 'zod';
import { template } from './parts.ts';

export const mcpTransports = ['streamable-http', 'sse'] as const;

/** A remote MCP server. */
export const mcpSchema = z.strictObject({
  transport: z.enum(mcpTransports).default('streamable-http'),
  url: template,
  headers: z.record(z.string(), template).default({}),
});
