import { createPlugboard } from '@plugboard/sdk';
import { answerResponseCalls, responseTools } from '@plugboard/sdk/openai';
import OpenAI from 'openai';

const { PLUGBOARD_URL: url, PLUGBOARD_KEY: key = '', MODEL_URL: baseURL = '' } = process.env;
const openai = new OpenAI({ apiKey: 'local', baseURL });

const plugboard = createPlugboard({ url, key });
const toolset = await plugboard.tools({ connectors: ['gitlab'] });
const tools = responseTools(toolset);
let response = await openai.responses.create({ model: 'small', tools, input: 'What is open in acme/api?' });
for (;;) {
  const input = await answerResponseCalls(toolset, response.output);
  if (input.length === 0) break;
  response = await openai.responses.create({ model: 'small', tools, input, previous_response_id: response.id });
}
process.stdout.write(`${response.output_text}\n`);
