import { ChatOpenAI } from '@langchain/openai';
import { createPlugboard } from '@plugboard/sdk';
import { langchainTools } from '@plugboard/sdk/langchain';
import { createAgent } from 'langchain';

const { PLUGBOARD_URL: url, PLUGBOARD_KEY: key = '', MODEL_URL: baseURL = '' } = process.env;
const model = new ChatOpenAI({ model: 'small', apiKey: 'local', configuration: { baseURL } });

const plugboard = createPlugboard({ url, key });
const toolset = await plugboard.tools({ connectors: ['gitlab'] });
const agent = createAgent({ model, tools: langchainTools(toolset, { wait: 1 }) });
const { messages } = await agent.invoke({ messages: [{ role: 'user', content: 'Open an issue about the login.' }] });
process.stdout.write(`${messages.at(-1)?.text}\n`);
