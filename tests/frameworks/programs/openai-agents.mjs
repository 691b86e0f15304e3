import { Agent, OpenAIProvider, Runner } from '@openai/agents';
import { createPlugboard } from '@plugboard/sdk';
import { agentTools } from '@plugboard/sdk/openai-agents';

const { PLUGBOARD_URL: url, PLUGBOARD_KEY: key = '', DECIDER_KEY = '', MODEL_URL: baseURL = '' } = process.env;
const modelProvider = new OpenAIProvider({ apiKey: 'local', baseURL, useResponses: true });
const runner = new Runner({ modelProvider, tracingDisabled: true });
const personSays = process.argv[2] !== 'no';

const plugboard = createPlugboard({ url, key });
const decider = createPlugboard({ url, key: DECIDER_KEY });

const toolset = await plugboard.tools({ connectors: ['gitlab'] });
const tools = agentTools(toolset, { decide: ({ approvalId }) => decider.approvals.approve(approvalId) });
const agent = new Agent({ name: 'Clerk', model: 'small', tools });

let result = await runner.run(agent, 'Open an issue about the login.');
while (result.interruptions.length > 0) {
  for (const interruption of result.interruptions) {
    if (personSays) result.state.approve(interruption);
    else result.state.reject(interruption);
  }
  result = await runner.run(agent, result.state);
}
process.stdout.write(`${result.finalOutput}\n`);
