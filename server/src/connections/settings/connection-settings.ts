import { z } from 'zod';
import { mcpTransports } from '../../catalog/format/mcp.ts';
import { parseJson } from '../../lib/json.ts';

export const paramLocations = ['path', 'query', 'header', 'cookie'] as const;

/** A parameter of every call through a connection (RULINGS 000.3). */
const generalParam = z.object({
  name: z.string(),
  description: z.string(),
  location: z.enum(paramLocations),
  /** `null` leaves it an input of the tools that have it. */
  value: z.string().nullable(),
});

const targetServer = z.object({ url: z.string(), description: z.string().optional() });

const settingsSchema = z.object({
  generalParams: z.array(generalParam).default([]),
  /** The first takes the place of the server that the manifest names (RULINGS 000.4). */
  servers: z.array(targetServer).default([]),
  /** How a custom MCP server is spoken to; absent: as the manifest says. */
  transport: z.enum(mcpTransports).optional(),
  /** The entry of the operator's list of programs that runs in the place of a custom MCP server at an address. */
  command: z.string().optional(),
  /** Whether it stays with the version of its connector it was made with. */
  pinned: z.boolean().default(false),
  serviceAccount: z.boolean().default(false),
});

export type GeneralParam = z.output<typeof generalParam>;
export type TargetServer = z.output<typeof targetServer>;

/** What of a connection differs from its connector. Nothing in it is secret. */
export type ConnectionSettings = z.output<typeof settingsSchema>;

/** Settings of a connection that is just what its manifest says. */
export const plainSettings: ConnectionSettings = settingsSchema.parse({});

/** Settings already read, by their text: the same settings are the same object, however often they are read. */
const known = new Map<string, ConnectionSettings>();
const mostKnown = 1000;

/** The settings as the database holds them. */
export function readSettings(text: string): ConnectionSettings {
  if (text === '{}') return plainSettings;
  const settings = known.get(text) ?? settingsSchema.parse(parseJson(text));
  if (known.size >= mostKnown) known.clear();
  known.set(text, settings);
  return settings;
}
