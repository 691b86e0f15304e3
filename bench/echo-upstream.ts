import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { startEchoMcp } from '../tests/emulators/echo-mcp.ts';
import { listen } from '../tests/emulators/listen.ts';
import { tellParent } from './processes/tell-parent.ts';

const me = { id: 1, username: 'bench', name: 'Bench' };

/** Projects whose name begins so answer after two seconds, or with a megabyte. */
const slowMs = 2_000;
const large = 'x'.repeat(1024 * 1024);

const mcp = await startEchoMcp();
const many = await startEchoMcp();
for (let index = 0; index < 5_000; index += 1) many.state.extraTools.set(`tool_${index}`, {});
const gitlab = await listen((request, response) => void answerLikeGitlab(request, response));
tellParent({ mcp: mcp.endpoint, many: many.endpoint, gitlab: gitlab.url });

/** Any issue of any project: what is asked for comes back in its title. */
async function answerLikeGitlab(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const [, project] = /^\/api\/v4\/projects\/([^/]+)\/issues\/1$/.exec(request.url ?? '') ?? [];
  if (project?.startsWith('slow-')) await sleep(slowMs);
  const isMe = request.url === '/api/v4/user';
  const body = JSON.stringify(isMe ? me : issueOf(project ?? 'nothing'));
  response.writeHead(isMe || project !== undefined ? 200 : 404, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
  });
  response.end(body);
}

/** As long as a short issue of a real GitLab. */
function issueOf(project: string): object {
  return {
    id: 4711,
    iid: 1,
    project_id: 7,
    title: `Echo: ${project}`,
    description: project.startsWith('large-') ? large : 'The button keeps the colour it has while it is switched off.',
    state: 'opened',
    labels: ['bug', 'frontend'],
    assignees: [me],
    author: me,
    due_date: null,
    confidential: false,
    user_notes_count: 3,
    created_at: '2026-01-05T09:00:00.000Z',
    updated_at: '2026-01-06T09:00:00.000Z',
    web_url: 'https://gitlab.example/acme/api/-/issues/1',
  };
}
