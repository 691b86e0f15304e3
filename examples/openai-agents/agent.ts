import { Agent, run, setOpenAIAPI, setTracingDisabled } from '@openai/agents';
import { createPlugboard } from '@plugboard/sdk';
import { agentTools } from '@plugboard/sdk/openai-agents';
import { openTerminal } from './terminal.ts';

function setting(name: string): string {
  const value = process.env[name];
  if (value) return value;
  throw new Error(`Set ${name}: README.md says to what.`);
}

/** What every server speaks that is compatible with OpenAI; OPENAI_API_KEY and OPENAI_BASE_URL are read by the SDK itself. */
setOpenAIAPI('chat_completions');
/** Traces hold what tools said, and would go to OpenAI wherever the model is. */
setTracingDisabled(true);

// #region agent
const { PLUGBOARD_URL: url } = process.env;
const plugboard = createPlugboard({ url, key: setting('PLUGBOARD_KEY') });
/** Decides and does nothing else; the key that calls never can. */
const decider = createPlugboard({ url, key: setting('PLUGBOARD_DECIDING_KEY') });

const toolset = await plugboard.tools();
const tools = agentTools(toolset, {
  decide: ({ approvalId }) => decider.approvals.approve(approvalId, { note: 'Approved in the terminal.' }),
});
const agent = new Agent({ name: 'Clerk', model: setting('OPENAI_MODEL'), tools });
// #endregion

const terminal = openTerminal();

// #region run
let result = await run(agent, process.argv.slice(2).join(' ') || 'What can you do here?');
while (result.interruptions.length > 0) {
  for (const interruption of result.interruptions) {
    if (await isWanted(interruption)) result.state.approve(interruption);
    else result.state.reject(interruption, { message: 'A person looked at this call and said no.' });
  }
  result = await run(agent, result.state);
}
// #endregion
terminal.write(`${result.finalOutput}\n`);
terminal.close();

/** Whether the person wants this write. Nothing of it has left the program so far. */
async function isWanted({ name, arguments: args = '{}' }: { readonly name?: string; readonly arguments?: string }) {
  const answer = await terminal.ask(`${name} waits for you. It would be called with
${JSON.stringify(JSON.parse(args), null, 2)}
Go on with it? [y/N] `);
  return answer?.trim().toLowerCase() === 'y';
}
