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
  /** The named schema that `#/components/schemas/…` points to. Throws where there is none. */
  resolve(reference: string): JsonSchema;
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
    const { $defs, $schema: _dialect, ...own } = repointed(toJsonSchema(schema, io));
    for (const [name, definition] of Object.entries(isRecord($defs) ? $defs : {})) {
      if (isRecord(definition)) keep(name, definition);
    }
    return own;
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
    resolve: (reference) => {
      const schema = named.get(reference.slice('#/components/schemas/'.length));
      if (schema === undefined) throw new Error(`There is no ${reference}.`);
      return schema;
    },
    schemas: () => Object.fromEntries([...named].sort(([left], [right]) => left.localeCompare(right))),
  };
}

/** Answers may grow: only what is sent is closed. A format says enough without its pattern. */
function toJsonSchema(schema: z.ZodType, io: 'input' | 'output'): Record<string, unknown> {
  return z.toJSONSchema(schema, {
    io,
    unrepresentable: 'any',
    override: ({ jsonSchema }) => {
      if (io === 'output' && jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
      if (jsonSchema.format !== undefined) delete jsonSchema.pattern;
    },
  });
}

/** The same schema, pointing to components where it pointed to its own definitions. */
function repointed(schema: Record<string, unknown>): Record<string, unknown> {
  const parsed: unknown = JSON.parse(JSON.stringify(schema).replaceAll('"#/$defs/', '"#/components/schemas/'));
  return isRecord(parsed) ? parsed : {};
}
