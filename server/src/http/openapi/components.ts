import { z } from 'zod';
import { isRecord } from '../../lib/json.ts';

export type JsonSchema = Readonly<Record<string, unknown>>;

/** The schemas that a description names: those with `.meta({ id })` stand once, everything else where it is used. */
export interface Components {
  add(name: string, schema: z.ZodType): void;
  /** The JSON Schema of what is sent (`input`) or answered (`output`), with references to named ones. */
  schema(schema: z.ZodType, io: 'input' | 'output'): JsonSchema;
  /** The properties of an object schema, for parameters. */
  properties(schema: z.ZodType | undefined): {
    readonly schemas: Readonly<Record<string, unknown>>;
    readonly required: ReadonlySet<unknown>;
  };
  schemas(): Readonly<Record<string, JsonSchema>>;
}

/** An empty collection of named schemas. Throws where two different schemas claim one name. */
export function createComponents(): Components {
  const named = new Map<string, JsonSchema>();

  function keep(name: string, schema: JsonSchema): void {
    const known = named.get(name);
    if (known !== undefined && JSON.stringify(known) !== JSON.stringify(schema))
      throw new Error(`Two schemas are called ${name}.`);
    named.set(name, schema);
  }

  function schemaOf(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
    const id = z.globalRegistry.get(schema)?.id;
    const { $defs, $schema: _dialect, id: _id, ...own } = toJsonSchema(schema, io);
    for (const [name, definition] of Object.entries(isRecord($defs) ? $defs : {})) {
      if (isRecord(definition)) keep(name, repointed(definition));
    }
    if (id === undefined) return repointed(own);
    keep(id, repointed(own));
    return { $ref: `#/components/schemas/${id}` };
  }

  return {
    add: (name, schema) => keep(name, schemaOf(schema, 'output')),
    schema: schemaOf,
    properties: (schema) => {
      const object = schema === undefined ? {} : schemaOf(schema, 'input');
      const required = Array.isArray(object['required']) ? object['required'] : [];
      return {
        schemas: isRecord(object['properties']) ? object['properties'] : {},
        required: new Set<unknown>(required),
      };
    },
    schemas: () => Object.fromEntries([...named].sort(([left], [right]) => left.localeCompare(right))),
  };
}

function toJsonSchema(schema: z.ZodType, io: 'input' | 'output'): Record<string, unknown> {
  return { ...z.toJSONSchema(schema, { io, unrepresentable: 'any', reused: 'inline' }) };
}

/** The same schema with references to `$defs` turned into references to components, and without the ids that named them. */
function repointed(schema: Record<string, unknown>): JsonSchema {
  const text = JSON.stringify(schema, (key, value: unknown) =>
    key === 'id' && typeof value === 'string' ? undefined : value,
  );
  const parsed: unknown = JSON.parse(text.replaceAll('"#/$defs/', '"#/components/schemas/'));
  return isRecord(parsed) ? parsed : {};
}
