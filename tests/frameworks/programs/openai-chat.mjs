import { createPlugboard } from '@plugboard/sdk';
import { answerChatCalls, chatTools } from '@plugboard/sdk/openai';
import OpenAI from 'openai';

const { PLUGBOARD_URL: url, PLUGBOARD_KEY: key = '', MODEL_URL: baseURL = '' } = process.env;
const openai = new OpenAI({ apiKey: 'local', baseURL });

const plugboard = createPlugboard({ url, key });
const toolset = await plugboard.tools({ connectors: ['gitlab'] });
/** @type {OpenAI.ChatCompletionMessageParam[]} */
const messages = [{ role: 'user', content: 'What is open in acme/api?' }];
for (;;) {
  const { choices } = await openai.chat.completions.create({ model: 'small', messages, tools: chatTools(toolset) });
  const message = choices[0]?.message;
  if (!message?.tool_calls?.length) {
    process.stdout.write(`${message?.content}\n`);
    break;
  }
  messages.push(message, ...(await answerChatCalls(toolset, message.tool_calls)));
}
