import { z } from 'zod';
import { editPolicy } from '../../access/policy/edit-policy.ts';
import { policyOf } from '../../access/policy/workspace-policy.ts';
import { route, type Route } from '../route.ts';
import { idOrSlug } from '../shapes/workspace.ts';
import { showPolicy, workspacePolicyEdit, workspacePolicyItem } from '../shapes/workspace-policy.ts';

const path = '/api/v1/workspaces/:workspace/policy';
const tag = 'Workspaces';
const params = z.object({ workspace: idOrSlug });

const get = route({
  name: 'getWorkspacePolicy',
  method: 'GET',
  path,
  summary: 'What the workspace demands of every call, whoever asks.',
  tag,
  access: { role: 'VIEWER', scope: 'workspaces:read' },
  workspaceIn: 'path',
  params,
  answers: { 200: workspacePolicyItem },
  failures: [],
  audit: 'none',
  answer: async (ctx) => ({ status: 200, body: showPolicy(await policyOf(ctx.db)) }),
});

const edit = route({
  name: 'editWorkspacePolicy',
  method: 'PATCH',
  path,
  summary:
    'Changes what the workspace demands of every call. Loosening takes a person who is signed in or a key with the scope admin; any change voids what waits for a decision.',
  tag,
  access: { role: 'ADMIN', scope: 'workspaces:write' },
  workspaceIn: 'path',
  params,
  body: workspacePolicyEdit,
  answers: { 200: workspacePolicyItem },
  failures: [],
  audit: 'workspace.policy_changed',
  example: { body: { destructive: 'always_ask', approval_ttl: 3600 } },
  answer: async (ctx, { body: { approval_ttl: approvalTtl, second_person: secondPerson, ...rules } }) => {
    const policy = await editPolicy(ctx, { ...rules, approvalTtl, secondPerson });
    return { status: 200, body: showPolicy(policy) };
  },
});

export const workspacePolicyRoutes: readonly Route[] = [get, edit];
