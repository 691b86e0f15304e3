import type { ToolSpec } from '../../server/src/tools/specs/tool-spec.ts';

/** A tool that writes; changed as asked. */
export function newTool(changes: Partial<ToolSpec> = {}): ToolSpec {
  return {
    name: 'create_issue',
    label: 'Create an issue',
    description: 'Opens an issue in a project.',
    effect: 'write',
    destructive: false,
    input: { type: 'object' },
    digest: 'd',
    operation: undefined,
    ...changes,
  };
}
