import { isRecord } from '../../../server/src/lib/json.ts';
import type { Answer } from '../misbehaviour.ts';
import { gitlabTokens, type LedgerEntry } from './ledger.ts';
import { addIssue, addNote, type GitlabIssue, type GitlabProject, type GitlabState } from './state.ts';

/** What a route works with: the parts of the path, the query, and a body of values. */
interface Asked {
  readonly state: GitlabState;
  readonly parts: readonly string[];
  readonly query: URLSearchParams;
  readonly body: Readonly<Record<string, unknown>>;
}

type Route = readonly [method: string, path: RegExp, answer: (asked: Asked) => Answer];

const routes: readonly Route[] = [
  ['GET', /^\/user$/, ({ state }) => ok(state.users[0])],
  ['GET', /^\/projects$/, listProjects],
  ['GET', /^\/projects\/([^/]+)$/, (asked) => withProject(asked, (project) => ok(shownProject(project)))],
  ['GET', /^\/projects\/([^/]+)\/issues$/, (asked) => withProject(asked, (project) => listIssues(asked, project))],
  ['POST', /^\/projects\/([^/]+)\/issues$/, (asked) => withProject(asked, (project) => createIssue(asked, project))],
  ['GET', /^\/projects\/([^/]+)\/issues\/(\d+)$/, (asked) => withIssue(asked, (issue) => ok(shownIssue(issue)))],
  ['PUT', /^\/projects\/([^/]+)\/issues\/(\d+)$/, (asked) => withIssue(asked, (issue) => updateIssue(asked, issue))],
  [
    'GET',
    /^\/projects\/([^/]+)\/issues\/(\d+)\/notes$/,
    (asked) => withIssue(asked, (issue) => page(asked, issue.notes.toReversed())),
  ],
  [
    'POST',
    /^\/projects\/([^/]+)\/issues\/(\d+)\/notes$/,
    (asked) => withIssue(asked, (issue) => createNote(asked, issue)),
  ],
  [
    'DELETE',
    /^\/projects\/([^/]+)\/issues\/(\d+)\/notes\/(\d+)$/,
    (asked) => withIssue(asked, (issue) => deleteNote(asked, issue)),
  ],
  [
    'GET',
    /^\/projects\/([^/]+)\/merge_requests$/,
    (asked) => withProject(asked, (project) => page(asked, project.mergeRequests)),
  ],
  [
    'GET',
    /^\/projects\/([^/]+)\/merge_requests\/(\d+)$/,
    (asked) => withProject(asked, (project) => getMergeRequest(asked, project)),
  ],
  [
    'PUT',
    /^\/projects\/([^/]+)\/merge_requests\/(\d+)\/merge$/,
    (asked) => withProject(asked, (project) => merge(asked, project)),
  ],
  [
    'GET',
    /^\/projects\/([^/]+)\/repository\/tree$/,
    (asked) => withProject(asked, (project) => listFiles(asked, project)),
  ],
  [
    'GET',
    /^\/projects\/([^/]+)\/repository\/files\/([^/]+)\/raw$/,
    (asked) => withProject(asked, (project) => getFile(asked, project)),
  ],
  ['GET', /^\/projects\/([^/]+)\/pipelines$/, (asked) => withProject(asked, () => ok([]))],
];

/** What GitLab says to a request, and what it does about it: in its words, statuses and shapes. */
export function answerGitlab(state: GitlabState, entry: LedgerEntry): Answer {
  const url = new URL(entry.path, 'http://gitlab');
  const refused = refusalOf(state, entry);
  if (refused) return refused;
  const path = url.pathname.replace(/^\/api\/v4/, '');
  const found = routes.find(([method, pattern]) => method === entry.method && pattern.test(path));
  if (!found) return { status: 404, body: { error: '404 Not Found' } };
  const parts = (found[1].exec(path) ?? []).slice(1).map(decodeURIComponent);
  return found[2]({ state, parts, query: url.searchParams, body: isRecord(entry.body) ? entry.body : {} });
}

function refusalOf({ tokens }: GitlabState, { headers, method }: LedgerEntry): Answer | undefined {
  const token = headers['private-token'] ?? headers['authorization']?.replace(/^Bearer /, '');
  if (token !== undefined && tokens.has(token)) return undefined;
  if (token === gitlabTokens.readOnly) return method === 'GET' ? undefined : insufficientScope;
  if (token !== gitlabTokens.revoked) return { status: 401, body: { message: '401 Unauthorized' } };
  const words = 'Token was revoked. You have to re-authorize from the user.';
  return { status: 401, body: { error: 'invalid_token', error_description: words } };
}

const insufficientScope: Answer = {
  status: 403,
  body: {
    error: 'insufficient_scope',
    error_description: 'The request requires higher privileges than provided by the access token.',
    scope: 'api',
  },
};

function ok(body: unknown, status = 200): Answer {
  return { status, body };
}

function notFound(what: string): Answer {
  return { status: 404, body: { message: `404 ${what} Not Found` } };
}

function withProject({ state, parts }: Asked, answer: (project: GitlabProject) => Answer): Answer {
  const project = state.projects.find(({ id, path_with_namespace }) =>
    [String(id), path_with_namespace].includes(parts[0] ?? ''),
  );
  return project ? answer(project) : notFound('Project');
}

function withIssue(asked: Asked, answer: (issue: GitlabIssue) => Answer): Answer {
  return withProject(asked, (project) => {
    const issue = project.issues.find(({ iid }) => String(iid) === asked.parts[1]);
    return issue ? answer(issue) : notFound('Issue');
  });
}

function page({ query }: Asked, items: readonly unknown[]): Answer {
  const size = Number(query.get('per_page') ?? 20);
  const number = Number(query.get('page') ?? 1);
  const more = items.length > number * size;
  const headers = {
    'x-total': String(items.length),
    'x-page': String(number),
    'x-next-page': more ? String(number + 1) : '',
  };
  return { status: 200, body: items.slice((number - 1) * size, number * size), headers };
}

function shownProject({
  files: _files,
  issues: _issues,
  mergeRequests: _mergeRequests,
  ...shown
}: GitlabProject): object {
  return shown;
}

function shownIssue({ notes, ...issue }: GitlabIssue): object {
  return { ...issue, user_notes_count: notes.length };
}

function listProjects(asked: Asked): Answer {
  const words = asked.query.get('search')?.toLowerCase() ?? '';
  return page(asked, asked.state.projects.filter(({ name }) => name.includes(words)).map(shownProject));
}

function listIssues(asked: Asked, project: GitlabProject): Answer {
  const state = asked.query.get('state') ?? 'all';
  const words = asked.query.get('search')?.toLowerCase() ?? '';
  const labels = (asked.query.get('labels') ?? '').split(',').filter((label) => label !== '');
  const found = project.issues
    .filter((issue) => state === 'all' || issue.state === state)
    .filter(({ title, description }) => `${title} ${description}`.toLowerCase().includes(words))
    .filter((issue) => labels.every((label) => issue.labels.includes(label)));
  return page(asked, found.toReversed().map(shownIssue));
}

function createIssue({ state, body }: Asked, project: GitlabProject): Answer {
  if (body.title === undefined) return { status: 400, body: { error: 'title is missing' } };
  if (String(body.title).trim() === '') return { status: 400, body: { message: { title: ["can't be blank"] } } };
  const issue = addIssue(state, project, { title: String(body.title) });
  return ok(shownIssue(applied(state, issue, body)), 201);
}

function updateIssue({ state, body }: Asked, issue: GitlabIssue): Answer {
  if (Object.keys(body).length === 0)
    return {
      status: 400,
      body: { error: 'title, description, state_event are missing, at least one parameter must be provided' },
    };
  return ok(shownIssue(applied(state, issue, body)));
}

function applied(state: GitlabState, issue: GitlabIssue, body: Asked['body']): GitlabIssue {
  const split = (text: unknown): string[] =>
    String(text)
      .split(',')
      .filter((label) => label !== '');
  if (typeof body.title === 'string') issue.title = body.title;
  if (typeof body.description === 'string') issue.description = body.description;
  if (typeof body.due_date === 'string') issue.due_date = body.due_date;
  if (typeof body.confidential === 'boolean') issue.confidential = body.confidential;
  if (typeof body.labels === 'string') issue.labels = split(body.labels);
  if (typeof body.add_labels === 'string') issue.labels = [...new Set([...issue.labels, ...split(body.add_labels)])];
  if (typeof body.remove_labels === 'string') {
    const gone = split(body.remove_labels);
    issue.labels = issue.labels.filter((label) => !gone.includes(label));
  }
  const { assignee_ids: assignees } = body;
  if (Array.isArray(assignees)) issue.assignees = state.users.filter(({ id }) => assignees.includes(id));
  if (body.state_event === 'close') issue.state = 'closed';
  if (body.state_event === 'reopen') issue.state = 'opened';
  issue.updated_at = new Date().toISOString();
  return issue;
}

function createNote({ state, body }: Asked, issue: GitlabIssue): Answer {
  if (typeof body.body !== 'string') return { status: 400, body: { error: 'body is missing' } };
  return ok(addNote(state, issue, { body: body.body, internal: body.internal === true }), 201);
}

function deleteNote({ parts }: Asked, issue: GitlabIssue): Answer {
  const index = issue.notes.findIndex(({ id }) => String(id) === parts[2]);
  if (index < 0) return notFound('Note');
  issue.notes.splice(index, 1);
  return { status: 204, body: undefined };
}

function getMergeRequest({ parts }: Asked, project: GitlabProject): Answer {
  const found = project.mergeRequests.find(({ iid }) => String(iid) === parts[1]);
  return found ? ok(found) : { status: 404, body: { message: '404 Not found' } };
}

function merge(asked: Asked, project: GitlabProject): Answer {
  const found = project.mergeRequests.find(({ iid }) => String(iid) === asked.parts[1]);
  if (!found) return { status: 404, body: { message: '404 Not found' } };
  if (found.state !== 'opened') return { status: 405, body: { message: '405 Method Not Allowed' } };
  found.state = 'merged';
  return ok(found);
}

function listFiles(asked: Asked, project: GitlabProject): Answer {
  const folder = asked.query.get('path') ?? '';
  const found = Object.keys(project.files).filter((path) => path.startsWith(folder));
  return page(
    asked,
    found.map((path) => ({ id: 'f00', name: path.split('/').at(-1), type: 'blob', path, mode: '100644' })),
  );
}

function getFile({ parts }: Asked, project: GitlabProject): Answer {
  const text = project.files[parts[1] ?? ''];
  if (text === undefined) return notFound('File');
  return { status: 200, body: text, headers: { 'content-type': 'text/plain; charset=utf-8' } };
}
