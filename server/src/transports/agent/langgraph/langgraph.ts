import { isRecord, type JsonObject } from '../../../lib/json.ts';
import type { AgentProtocol } from '../protocol.ts';
import { addressOf, runBody } from './build-run.ts';
import { cancelRun } from './cancel-run.ts';
import { gatherRun } from './gather-run.ts';
import { readRun } from './read-run.ts';

/** The LangGraph API as `langgraphjs dev`, `langgraph dev` and LangGraph Platform serve it: one run that is waited for. */
export const langgraph: AgentProtocol = {
  words: 'LangGraph Dev API connector for langgraph-backed agents',
  errorPath: 'error.issues',
  check: checkConfig,
  address: addressOf,
  body: runBody,
  read: readRun,
  gather: gatherRun,
  cancel: cancelRun,
};

function checkConfig({ assistantId, configurable }: JsonObject): string | undefined {
  if (assistantId === undefined || assistantId === null || assistantId === '')
    return 'config.assistantId is required: name the assistant or graph to invoke.';
  if (typeof assistantId !== 'string') return 'config.assistantId must be a text.';
  if (configurable !== undefined && !isRecord(configurable)) return 'config.configurable must be an object.';
  return undefined;
}
