import { z } from 'zod';
import type { Connection } from '../../connections/connection.ts';
import { effectOf, readEndpointSettings } from '../../connections/endpoints/endpoint.ts';
import { digestOf } from '../../lib/digest.ts';
import { conversation } from '../endpoints/conversation.ts';
import type { ToolSpec } from './tool-spec.ts';

const input = z.toJSONSchema(conversation, { io: 'input' });

/** The one tool of an agent endpoint: other agents invoke it under the same policy as any tool (RULINGS 002.9). */
export function agentTool(connection: Connection): ToolSpec {
  const settings = readEndpointSettings(connection);
  const definition = {
    name: 'invoke',
    label: `Ask ${connection.label}`,
    description: `Sends a conversation to the agent "${connection.label}" and returns the messages it answers with.`,
    effect: effectOf(settings),
    destructive: false,
    input,
  } as const;
  return { ...definition, operation: undefined, digest: digestOf({ ...definition, type: settings.type }) };
}
