import { MemorySaver, Command, INTERRUPT, interrupt, isInterrupted } from '@langchain/langgraph';
import { ChatOpenAI } from '@langchain/openai';
import { createPlugboard, isPlugboardError, type WaitingCall } from '@plugboard/sdk';
import { langchainTools } from '@plugboard/sdk/langchain';
import { createAgent } from 'langchain';
import { openTerminal } from './terminal.ts';

function setting(name: string): string {
  const value = process.env[name];
  if (value) return value;
  throw new Error(`Set ${name}: README.md says to what.`);
}

const { PLUGBOARD_URL: url } = process.env;
/** Reads OPENAI_API_KEY and OPENAI_BASE_URL itself. */
const model = new ChatOpenAI({ model: setting('OPENAI_MODEL') });

// #region agent
const plugboard = createPlugboard({ url, key: setting('PLUGBOARD_KEY') });
/** Decides and does nothing else; the key that calls never can. */
const decider = createPlugboard({ url, key: setting('PLUGBOARD_DECIDING_KEY') });

const toolset = await plugboard.tools();
const agent = createAgent({
  model,
  tools: langchainTools(toolset, { decide }),
  // In memory here; one that keeps a run in a database lets it go on in another process.
  checkpointer: new MemorySaver(),
});
// #endregion

// #region interrupt
/** Stops the run where a write waits for a person. Taken up again, the tool makes the same call and comes here with the answer. */
async function decide({ approvalId, url: address }: WaitingCall): Promise<void> {
  const { shown, shown_arguments } = await plugboard.approvals.get(approvalId);
  const approved = interrupt<Waiting, boolean>({ address, ...shown, args: shown_arguments });
  await decider.approvals[approved ? 'approve' : 'decline'](approvalId).catch((error: unknown) => {
    // Somebody decided it elsewhere in the meantime, and that counts.
    if (!isPlugboardError(error, 'CONFLICT')) throw error;
  });
}

interface Waiting {
  readonly address: string;
  readonly tool: string;
  readonly connection: string;
  readonly target: string;
  readonly args: object;
}
// #endregion

const terminal = openTerminal();

async function ask({ address, tool, connection, target, args }: Waiting): Promise<boolean> {
  const answer = await terminal.ask(`${tool} on ${connection} waits for you. It would send
${target}
${JSON.stringify(args, null, 2)}
Decide it at ${address}, or here. Send it? [y/N] `);
  return answer?.trim().toLowerCase() === 'y';
}

// #region run
const thread = { configurable: { thread_id: crypto.randomUUID() } };
const task = process.argv.slice(2).join(' ') || 'What can you do here?';
let state = await agent.invoke({ messages: [{ role: 'user', content: task }] }, thread);
while (isInterrupted<Waiting>(state)) {
  const answers: Record<string, boolean> = {};
  for (const { id = '', value } of state[INTERRUPT]) if (value) answers[id] = await ask(value);
  state = await agent.invoke(new Command({ resume: answers }), thread);
}
// #endregion
terminal.write(`${state.messages.at(-1)?.text}\n`);
terminal.close();
