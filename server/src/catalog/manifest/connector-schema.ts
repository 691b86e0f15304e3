import { z } from 'zod';
import { connectorSchema } from '../connector.ts';

/** The JSON Schema of `connector.yaml` for editors: what an author writes, defaults not yet filled in. */
export function connectorJsonSchema() {
  return { title: 'Plugboard connector', ...z.toJSONSchema(connectorSchema, { io: 'input' }) };
}
