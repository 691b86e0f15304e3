import type { ServerResponse } from 'node:http';
import { setTimeout } from 'node:timers/promises';

/** How an answer may come, all of them seen in servers that call themselves compatible. */
export type Manner =
  | 'plain'
  | 'calls_tool'
  | 'refuses'
  | 'speaks_blocks'
  | 'html'
  | 'lies_about_type'
  | 'ignores_stream'
  | 'breaks_off'
  | 'ends_early'
  | 'fails_midway'
  | 'dawdles'
  | 'repeats_key'
  | 'never_stops';

interface Speech {
  readonly text: string;
  readonly manner: Manner;
  readonly streamed: boolean;
  readonly authorization: string | undefined;
}

/** Sends what the model says, at once or in pieces. */
export async function sendInManner(response: ServerResponse, speech: Speech): Promise<void> {
  const { manner, streamed } = speech;
  if (manner === 'html') {
    response.writeHead(200, { 'content-type': 'application/json' }).end('<html><body>Welcome!</body></html>');
    return;
  }
  const honest = streamed ? 'text/event-stream' : 'application/json';
  response.writeHead(200, { 'content-type': manner === 'lies_about_type' ? 'image/png' : honest });
  if (!streamed) response.end(JSON.stringify(completionOf(speech)));
  else await speak(response, speech);
}

function completionOf(speech: Speech): unknown {
  const message = messageOf(speech);
  return {
    id: 'chatcmpl-1',
    object: 'chat.completion',
    choices: [{ index: 0, message: { role: 'assistant', ...message }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 9, completion_tokens: 4, total_tokens: 13 },
  };
}

function messageOf({ text, manner, authorization }: Speech): Record<string, unknown> {
  switch (manner) {
    case 'calls_tool':
      return { content: null, tool_calls: [{ id: 'call_1', type: 'function', function: toolCall }] };
    case 'refuses':
      return { content: null, refusal: 'I cannot help with that.' };
    case 'speaks_blocks':
      return {
        content: [
          { type: 'text', text: 'One, ' },
          { type: 'text', text: 'two.' },
        ],
      };
    case 'repeats_key':
      return { content: `Your key is ${authorization?.replace('Bearer ', '')}, I believe.` };
    default:
      return { content: text, refusal: null };
  }
}

const toolCall = { name: 'find_order', arguments: '{"number":12345}' };

/** In pieces of a few characters, cut wherever it falls. */
async function speak(response: ServerResponse, speech: Speech): Promise<void> {
  const { manner } = speech;
  const write = (data: unknown): boolean => response.write(`data: ${JSON.stringify(data)}\n\n`);
  const chunk = (delta: unknown, finish: string | null = null): boolean =>
    write({ object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason: finish }], usage: null });
  chunk({ role: 'assistant', content: '' });
  for (const piece of piecesOf(speech)) {
    chunk(piece);
    await setTimeout(manner === 'dawdles' ? 200 : 2);
    if (manner === 'breaks_off') return void response.destroy();
    if (manner === 'ends_early') return void response.end();
    if (manner === 'fails_midway') return void response.end(`data: ${JSON.stringify({ error: overloaded })}\n\n`);
  }
  if (manner === 'never_stops') await babble(response, chunk);
  chunk({}, 'stop');
  write({ object: 'chat.completion.chunk', choices: [], usage: { prompt_tokens: 9, completion_tokens: 4 } });
  response.end('data: [DONE]\n\n');
}

async function babble(response: ServerResponse, chunk: (delta: unknown) => boolean): Promise<void> {
  while (!response.destroyed) {
    chunk({ content: 'x'.repeat(256 * 1024) });
    await setTimeout(1);
  }
}

const overloaded = { message: 'The engine is overloaded.', type: 'server_error' };

function piecesOf(speech: Speech): readonly unknown[] {
  const message = messageOf(speech);
  if (message['tool_calls'] !== undefined) return toolCallPieces;
  const [field, text] =
    typeof message['refusal'] === 'string' ? ['refusal', message['refusal']] : ['content', message['content']];
  if (Array.isArray(text)) return [{ content: text }];
  return (String(text).match(/.{1,5}/gs) ?? []).map((piece) => ({ [field]: piece }));
}

const toolCallPieces = [
  { tool_calls: [{ index: 0, id: 'call_1', type: 'function', function: { name: 'find_order', arguments: '' } }] },
  { tool_calls: [{ index: 0, function: { arguments: '{"num' } }] },
  { tool_calls: [{ index: 0, function: { arguments: 'ber":12345}' } }] },
];
