import { isRecord } from '../../../../server/src/lib/json.ts';
import type { Answer } from '../../misbehaviour.ts';
import { type Asked, bearerIn } from '../asked.ts';
import { type Grants, liveToken } from '../grants.ts';

/** The records of the organization, of all kinds. */
export interface SalesforceState {
  readonly records: { readonly Id: string; readonly type: string; readonly Name: string }[];
}

export function newSalesforceState(): SalesforceState {
  return { records: [{ Id: '001000000000001AAA', type: 'Account', Name: 'Acme' }] };
}

interface Parts {
  readonly grants: Grants;
  readonly state: SalesforceState;
}

/** The API, for whoever brings a session that still lasts. */
export function answerSalesforceApi({ grants, state }: Parts, asked: Asked): Answer {
  const token = liveToken(grants, bearerIn(asked), 'access');
  if (token === undefined) return failure(401, 'INVALID_SESSION_ID', 'Session expired or invalid');
  const { person } = token.grant;
  const path = asked.url.pathname.replace(/^\/services\/data\/v\d+\.0/, '');
  if (path === '/services/oauth2/userinfo')
    return ok({ user_id: String(person.id), preferred_username: person.email, name: person.name });
  if (asked.method === 'GET' && path === '/query') return query(state, asked.query.get('q') ?? '');
  const type = /^\/sobjects\/(\w+)$/.exec(path)?.[1];
  if (asked.method === 'POST' && type !== undefined) return create(state, type, asked.json);
  return failure(404, 'NOT_FOUND', 'The requested resource does not exist');
}

function query({ records }: SalesforceState, soql: string): Answer {
  const type = /\bfrom\s+(\w+)/i.exec(soql)?.[1];
  if (type === undefined) return failure(400, 'MALFORMED_QUERY', "unexpected token: 'null'");
  const found = records.filter((record) => record.type === type);
  const shown = found.map(({ Id, Name }) => ({
    attributes: { type, url: `/services/data/v65.0/sobjects/${type}/${Id}` },
    Id,
    Name,
  }));
  return ok({ totalSize: shown.length, done: true, records: shown });
}

function create({ records }: SalesforceState, type: string, json: unknown): Answer {
  const name = isRecord(json) ? json['Name'] : undefined;
  if (typeof name !== 'string') return failure(400, 'REQUIRED_FIELD_MISSING', 'Required fields are missing: [Name]');
  const Id = `001${String(records.length + 1).padStart(12, '0')}AAA`;
  records.push({ Id, type, Name: name });
  return { status: 201, body: { id: Id, success: true, errors: [] } };
}

function ok(body: unknown): Answer {
  return { status: 200, body };
}

function failure(status: number, errorCode: string, message: string): Answer {
  return { status, body: [{ message, errorCode }] };
}
