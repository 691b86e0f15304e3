import { isRecord } from '../../../../server/src/lib/json.ts';
import type { Answer } from '../../misbehaviour.ts';
import { type Asked, bearerIn } from '../asked.ts';
import { type Grants, liveToken, type Token } from '../grants.ts';

export interface GithubIssue {
  readonly number: number;
  readonly title: string;
  readonly state: 'open';
  readonly user: { readonly login: string };
  readonly html_url: string;
}

/** The issues of `acme/api`, the one repository there is. */
export interface GithubState {
  readonly issues: GithubIssue[];
}

export function newGithubState(): GithubState {
  return { issues: [newIssue(1, 'Login fails', 'bob')] };
}

function newIssue(number: number, title: string, login: string): GithubIssue {
  return { number, title, state: 'open', user: { login }, html_url: `https://github.com/acme/api/issues/${number}` };
}

interface Parts {
  readonly grants: Grants;
  readonly state: GithubState;
}

/** The API, for whoever brings a token that still counts. */
export function answerGithubApi({ grants, state }: Parts, asked: Asked): Answer {
  const token = liveToken(grants, bearerIn(asked), 'access');
  if (token === undefined) return told(401, { message: 'Bad credentials', status: '401' });
  const answer = route(state, token, asked);
  return { ...answer, headers: { 'x-oauth-scopes': token.scopes.join(', ') } };
}

function route(state: GithubState, token: Token, { method, url, json }: Asked): Answer {
  const isApp = token.value.startsWith('ghs_');
  const { person } = token.grant;
  switch (`${method} ${url.pathname}`) {
    case 'GET /user':
      return isApp ? forbidden : told(200, { login: person.login, id: person.id, name: person.name, type: 'User' });
    case 'GET /installation/repositories':
      return isApp ? told(200, { total_count: 1, repositories: [{ full_name: 'acme/api' }] }) : forbidden;
    case 'GET /repos/acme/api/issues':
      return mayWrite(token) ? told(200, state.issues) : notFound;
    case 'POST /repos/acme/api/issues':
      return mayWrite(token) ? createIssue(state, person.login, json) : notFound;
    default:
      return notFound;
  }
}

function createIssue({ issues }: GithubState, login: string, json: unknown): Answer {
  const title = isRecord(json) ? json['title'] : undefined;
  if (typeof title !== 'string') return told(422, { message: 'Validation Failed' });
  const issue = newIssue(issues.length + 1, title, login);
  issues.push(issue);
  return told(201, issue);
}

/** The repository is private: who may not see it is told that it is not there. */
function mayWrite({ scopes }: Token): boolean {
  return scopes.includes('repo') || scopes.includes('installation');
}

function told(status: number, body: unknown): Answer {
  return { status, body };
}

const forbidden = told(403, { message: 'Resource not accessible by integration', status: '403' });
const notFound = told(404, { message: 'Not Found', status: '404' });
