import type { IncomingMessage, ServerResponse } from 'node:http';
import { startEchoMcp } from '../tests/emulators/echo-mcp.ts';
import { listen } from '../tests/emulators/listen.ts';
import { tellParent } from './processes/tell-parent.ts';

const me = { id: 1, username: 'bench', name: 'Bench' };

const mcp = await startEchoMcp();
const gitlab = await listen(answerLikeGitlab);
tellParent({ mcp: mcp.endpoint, gitlab: gitlab.url });

/** Any issue of any project: what is asked for comes back in its title. */
function answerLikeGitlab(request: IncomingMessage, response: ServerResponse): void {
  const [, project] = /^\/api\/v4\/projects\/([^/]+)\/issues\/1$/.exec(request.url ?? '') ?? [];
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
    description: 'The button keeps the colour it has while it is switched off.',
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
