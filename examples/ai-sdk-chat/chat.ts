import { setTimeout } from 'node:timers/promises';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { createPlugboard, isPlugboardError, type WaitingCall } from '@plugboard/sdk';
import { aiTools } from '@plugboard/sdk/ai';
import { isStepCount, type ModelMessage, streamText } from 'ai';
import { openTerminal } from './terminal.ts';

function setting(name: string): string {
  const value = process.env[name];
  if (value) return value;
  throw new Error(`Set ${name}: README.md says to what.`);
}

const { PLUGBOARD_URL: url, PLUGBOARD_DECIDING_KEY: decidingKey } = process.env;
const { OPENAI_BASE_URL: baseURL = 'https://api.openai.com/v1' } = process.env;
const models = createOpenAICompatible({ name: 'models', baseURL, apiKey: setting('OPENAI_API_KEY') });
const model = models(setting('OPENAI_MODEL'));

// #region tools
const plugboard = createPlugboard({ url, key: setting('PLUGBOARD_KEY') });
const toolset = await plugboard.tools();
const tools = aiTools(toolset, { decide });
// #endregion

// #region decide
/** Decides and does nothing else; the key that calls never can. */
const decider = decidingKey ? createPlugboard({ url, key: decidingKey }) : undefined;

/** Called where a write waits for a person; when it returns, the tool goes on with what was decided. */
async function decide({ approvalId, url: address }: WaitingCall): Promise<void> {
  const { shown, shown_arguments } = await plugboard.approvals.get(approvalId);
  const call = `
${shown.tool} on ${shown.connection} waits for you. It would send
${shown.target}
${JSON.stringify(shown_arguments, null, 2)}
Decide it at ${address}, or with: plugboard approvals approve ${approvalId}
`;
  if (decider) await decideHere(decider.approvals, approvalId, await terminal.ask(`${call}Or here. Send it? [y/N] `));
  else await decidedElsewhere(approvalId, call);
}

async function decideHere(approvals: typeof plugboard.approvals, id: string, answer = ''): Promise<void> {
  const isWanted = answer.trim().toLowerCase() === 'y';
  const decided = isWanted
    ? approvals.approve(id, { note: 'Approved in the chat.' })
    : approvals.decline(id, { note: 'Declined in the chat.' });
  await decided.catch((error: unknown) => {
    // Somebody decided it elsewhere in the meantime, and that counts.
    if (!isPlugboardError(error, 'CONFLICT')) throw error;
  });
}

async function decidedElsewhere(id: string, call: string): Promise<void> {
  terminal.write(call);
  while ((await plugboard.approvals.get(id)).status === 'pending') await setTimeout(1_000);
}
// #endregion

const messages: ModelMessage[] = [];

/** What the model says and does next. What it said and was told is kept for its next turn. */
async function answer(): Promise<void> {
  const turn = streamText({ model, tools, messages, stopWhen: isStepCount(20), onError: () => undefined });
  for await (const part of turn.stream) {
    if (part.type === 'text-delta') terminal.write(part.text);
    if (part.type === 'tool-call') terminal.write(`[${part.toolName}]\n`);
    if (part.type === 'error') throw part.error;
  }
  messages.push(...(await turn.responseMessages));
  terminal.write('\n');
}

const terminal = openTerminal();
const accounts = new Set(toolset.list.map(({ connection }) => connection.label));
terminal.write(`${toolset.list.length} tools of: ${[...accounts].join(', ') || 'nothing that is connected yet'}\n`);
for (;;) {
  const said = await terminal.ask('\nyou> ');
  if (said === undefined) break;
  messages.push({ role: 'user', content: said });
  await answer().catch((error: unknown) => {
    messages.pop();
    terminal.write(`That did not work: ${error instanceof Error ? error.message : String(error)}\n`);
  });
}
terminal.close();
