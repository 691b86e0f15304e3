import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { createPlugboard } from '@plugboard/sdk';
import { aiTools } from '@plugboard/sdk/ai';
import { generateText, isStepCount } from 'ai';

const { PLUGBOARD_URL: url, PLUGBOARD_KEY: key = '', MODEL_URL: baseURL = '' } = process.env;
const model = createOpenAICompatible({ name: 'local', baseURL, apiKey: 'local' })('small');

const plugboard = createPlugboard({ url, key });
const toolset = await plugboard.tools({ connectors: ['gitlab'] });
const { text } = await generateText({
  model,
  tools: aiTools(toolset),
  prompt: 'What is open in acme/api?',
  stopWhen: isStepCount(10),
});
process.stdout.write(`${text}\n`);
