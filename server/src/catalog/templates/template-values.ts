import type { Connector } from '../connector.ts';
import { renderText, type TemplateValues } from './evaluate.ts';
import { parseTemplate } from './template.ts';

/** What a connection brings to its templates. */
export interface ConnectionValues {
  /** Non-secret fields and, as `Secret`, the secret ones: only what the templates to be filled may see. */
  readonly fields: Readonly<Record<string, unknown>>;
  /** Without a slash at the end. */
  readonly publicUrl: string;
}

/** The values of a connection for its templates, derived ones worked out in the order they are written; add `arg` per call. */
export function templateValues(
  connector: Pick<Connector, 'derived'>,
  { fields, publicUrl }: ConnectionValues,
): TemplateValues {
  const derived: Record<string, unknown> = {};
  const values = { field: fields, config: { public_url: publicUrl }, derived };
  for (const [key, text] of Object.entries(connector.derived)) derived[key] = renderText(parseTemplate(text), values);
  return values;
}
