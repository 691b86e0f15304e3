import { setTimeout } from 'node:timers/promises';
import { McpServer, type ToolAnnotations } from '@modelcontextprotocol/server';
import * as z from 'zod';

/** What the tools of a server remember between calls. */
export interface EchoState {
  /** Every note that was added, in order. */
  readonly notes: string[];
  /** Every tool that began to run, in order. */
  readonly ran: string[];
  /** Tools that were added while the server ran, by name. */
  readonly extraTools: Map<string, ExtraTool>;
}

/** What a tool that was added says of itself; whatever that is, calling it does nothing. */
export interface ExtraTool {
  readonly title?: string;
  readonly description?: string;
  /** Default: no hints. */
  readonly annotations?: ToolAnnotations;
  readonly input?: z.ZodRawShape;
}

const text = (words: string) => ({ content: [{ type: 'text' as const, text: words }] });

/** A server with a tool that reads, one that writes, one that fails, one that is slow, and one that tells what it was sent. */
export function createEchoServer(state: EchoState, headers: Headers | undefined): McpServer {
  const server = new McpServer({ name: 'echo', version: '1.0.0' }, { capabilities: { tools: { listChanged: true } } });
  const message = z.object({ message: z.string() });
  server.registerTool(
    'echo',
    { title: 'Echo', description: 'Says it back', inputSchema: message, annotations: { readOnlyHint: true } },
    ({ message }) => ran('echo', text(`Echo: ${message}`)),
  );
  server.registerTool(
    'add_note',
    {
      description: 'Keeps a note',
      inputSchema: z.object({ note: z.string() }),
      annotations: { destructiveHint: false },
    },
    ({ note }) => ran('add_note', { ...text('Kept.'), structuredContent: { count: state.notes.push(note) } }),
  );
  server.registerTool('fail', { description: 'Always fails', inputSchema: message }, () =>
    ran('fail', { ...text('There is no such message.'), isError: true }),
  );
  server.registerTool(
    'slow',
    { description: 'Takes its time', inputSchema: z.object({ ms: z.number() }), annotations: { readOnlyHint: true } },
    async ({ ms }) => {
      state.ran.push('slow');
      return setTimeout(ms, text('Done.'), { ref: false });
    },
  );
  server.registerTool(
    'slow_note',
    { description: 'Keeps a note, slowly', inputSchema: z.object({ ms: z.number() }) },
    async ({ ms }) => {
      state.ran.push('slow_note');
      return setTimeout(ms, text('Kept.'), { ref: false });
    },
  );
  server.registerTool(
    'tell_headers',
    { description: 'Tells how it was called', inputSchema: z.object({}), annotations: { readOnlyHint: true } },
    () => ran('tell_headers', text(`authorization: ${headers?.get('authorization')}`)),
  );
  server.registerTool(
    'long',
    {
      description: 'Answers with so many bytes',
      inputSchema: z.object({ bytes: z.number() }),
      annotations: { readOnlyHint: true },
    },
    ({ bytes }) => ran('long', text('x'.repeat(bytes))),
  );
  for (const [name, tool] of state.extraTools)
    server.registerTool(name, describe(tool), () => ran(name, text('Here.')));
  return server;

  function ran<T>(name: string, result: T): T {
    state.ran.push(name);
    return result;
  }
}

/** Adds a tool to a server that may be running; it says so to its client. */
export function addLaterTool(server: McpServer, name: string): void {
  server.registerTool(name, describe({}), () => text('Here.'));
}

function describe({ input = {}, ...tool }: ExtraTool) {
  return { description: 'Came later', ...tool, inputSchema: z.object(input) };
}
