import { gitlabTokens } from './ledger.ts';

export interface GitlabUser {
  readonly id: number;
  readonly username: string;
  readonly name: string;
}

export interface GitlabNote {
  readonly id: number;
  body: string;
  readonly author: GitlabUser;
  readonly system: boolean;
  readonly internal: boolean;
  readonly created_at: string;
}

export interface GitlabIssue {
  readonly id: number;
  readonly iid: number;
  readonly project_id: number;
  title: string;
  description: string | null;
  state: 'opened' | 'closed';
  labels: string[];
  assignees: GitlabUser[];
  due_date: string | null;
  confidential: boolean;
  readonly author: GitlabUser;
  readonly created_at: string;
  updated_at: string;
  readonly web_url: string;
  readonly notes: GitlabNote[];
}

export interface GitlabMergeRequest {
  readonly id: number;
  readonly iid: number;
  readonly project_id: number;
  title: string;
  state: 'opened' | 'merged' | 'closed';
  readonly source_branch: string;
  readonly target_branch: string;
  readonly author: GitlabUser;
}

export interface GitlabProject {
  readonly id: number;
  readonly name: string;
  readonly path_with_namespace: string;
  readonly default_branch: string;
  readonly web_url: string;
  readonly files: Record<string, string>;
  readonly issues: GitlabIssue[];
  readonly mergeRequests: GitlabMergeRequest[];
}

/** Everything the emulator knows; tests may read and change it. */
export interface GitlabState {
  /** Access tokens that may do everything. */
  readonly tokens: Set<string>;
  readonly users: readonly GitlabUser[];
  readonly projects: GitlabProject[];
  lastId: number;
}

const ann: GitlabUser = { id: 1, username: 'ann', name: 'Ann Example' };
const bob: GitlabUser = { id: 2, username: 'bob', name: 'Bob Example' };

export function newGitlabState(): GitlabState {
  const state: GitlabState = { tokens: new Set([gitlabTokens.valid]), users: [ann, bob], projects: [], lastId: 100 };
  const api = addProject(state, 7, 'acme/api');
  addProject(state, 8, 'acme/web');
  Object.assign(api.files, { 'README.md': '# API\n', 'src/main.ts': "console.log('hello');\n" });
  addIssue(state, api, { title: 'Login fails', description: 'Since Monday.', labels: ['bug'] });
  addIssue(state, api, { title: 'Write the docs' });
  api.mergeRequests.push({
    id: ++state.lastId,
    iid: 1,
    project_id: api.id,
    title: 'Fix login',
    state: 'opened',
    source_branch: 'fix-login',
    target_branch: 'main',
    author: bob,
  });
  return state;
}

function addProject(state: GitlabState, id: number, path: string): GitlabProject {
  const project: GitlabProject = {
    id,
    name: path.split('/').at(-1) ?? path,
    path_with_namespace: path,
    default_branch: 'main',
    web_url: `https://gitlab.example.com/${path}`,
    files: {},
    issues: [],
    mergeRequests: [],
  };
  state.projects.push(project);
  return project;
}

export function addIssue(
  state: GitlabState,
  project: GitlabProject,
  values: Pick<GitlabIssue, 'title'> & Partial<GitlabIssue>,
): GitlabIssue {
  const iid = project.issues.length + 1;
  const now = new Date().toISOString();
  const issue: GitlabIssue = {
    id: ++state.lastId,
    iid,
    project_id: project.id,
    description: null,
    state: 'opened',
    labels: [],
    assignees: [],
    due_date: null,
    confidential: false,
    author: ann,
    created_at: now,
    updated_at: now,
    web_url: `${project.web_url}/-/issues/${iid}`,
    notes: [],
    ...values,
  };
  project.issues.push(issue);
  return issue;
}

export function addNote(
  state: GitlabState,
  issue: GitlabIssue,
  values: { body: string; internal?: boolean },
): GitlabNote {
  const { body, internal = false } = values;
  const note = { id: ++state.lastId, body, author: ann, system: false, internal, created_at: new Date().toISOString() };
  issue.notes.push(note);
  return note;
}
