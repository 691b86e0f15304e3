import type { ToolDefinition } from '../connector.ts';
import { withFileForms } from './file-arguments.ts';
import { withPaging } from './paging-arguments.ts';

/** The schema of a tool's arguments as callers see it: its own, files spelled out, and those by which a list goes on. */
export function toolInput({ input, operation }: Pick<ToolDefinition, 'input' | 'operation'>): ToolDefinition['input'] {
  return withPaging(withFileForms(input), operation?.pagination);
}
