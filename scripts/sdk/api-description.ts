import { z } from 'zod';

const jsonSchema = z.record(z.string(), z.unknown());
const content = z.record(z.string(), z.object({ schema: jsonSchema }));

const operation = z.object({
  operationId: z.string(),
  summary: z.string(),
  description: z.string().default(''),
  parameters: z.array(
    z.object({
      name: z.string(),
      in: z.enum(['path', 'query', 'header']),
      required: z.boolean().default(false),
      description: z.string().optional(),
      schema: jsonSchema,
    }),
  ),
  requestBody: z.object({ required: z.boolean().default(false), content }).optional(),
  responses: z.record(z.string(), z.object({ content: content.default({}) })),
});

/** The part of an OpenAPI 3.1 description that the client is made from. */
export const apiDescription = z.object({
  paths: z.record(z.string(), z.record(z.string(), operation)),
  components: z.object({ schemas: z.record(z.string(), jsonSchema) }),
});

export type ApiDescription = z.output<typeof apiDescription>;

/** One operation as the description has it. */
export type DescribedOperation = z.output<typeof operation>;

/** A node of JSON Schema (2020-12). */
export type JsonSchema = z.output<typeof jsonSchema>;
