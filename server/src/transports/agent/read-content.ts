import { isRecord } from '../../lib/json.ts';

/** The text of a message's content: itself, or its text blocks joined; pictures and the like are left out. */
export function readContent(content: unknown): string {
  if (typeof content === 'string') return content;
  return Array.isArray(content) ? content.map(textOfBlock).join('') : '';
}

function textOfBlock(block: unknown): string {
  if (typeof block === 'string') return block;
  return isRecord(block) && typeof block.text === 'string' && isTextType(block.type) ? block.text : '';
}

function isTextType(type: unknown): boolean {
  return type === undefined || type === 'text' || type === 'text_delta' || type === 'output_text';
}
