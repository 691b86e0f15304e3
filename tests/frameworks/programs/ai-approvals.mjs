import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { createPlugboard } from '@plugboard/sdk';
import { aiApprovals, aiTools } from '@plugboard/sdk/ai';
import { isStepCount, streamText } from 'ai';

const { PLUGBOARD_URL: url, PLUGBOARD_KEY: key = '', DECIDER_KEY = '', MODEL_URL: baseURL = '' } = process.env;
const model = createOpenAICompatible({ name: 'local', baseURL, apiKey: 'local' })('small');
const personSays = process.argv[2] !== 'no';

const plugboard = createPlugboard({ url, key });
// A key of its own, which can decide and do nothing else: the key that calls never decides.
const decider = createPlugboard({ url, key: DECIDER_KEY });

const toolset = await plugboard.tools({ connectors: ['gitlab'] });
const tools = aiTools(toolset, {
  decide: ({ approvalId }) => decider.approvals.approve(approvalId, { note: 'Approved in the chat.' }),
});
const toolApproval = aiApprovals(toolset);

/** @type {import('ai').ModelMessage[]} */
const messages = [{ role: 'user', content: 'Open an issue about the login.' }];
for (;;) {
  const answer = streamText({ model, tools, toolApproval, messages, stopWhen: isStepCount(10) });
  for await (const piece of answer.textStream) process.stdout.write(piece);
  messages.push(...(await answer.responseMessages));

  const asked = (await answer.content).filter((part) => part.type === 'tool-approval-request');
  if (asked.length === 0) break;
  messages.push({
    role: 'tool',
    content: asked.map(({ approvalId }) => ({ type: 'tool-approval-response', approvalId, approved: personSays })),
  });
}
