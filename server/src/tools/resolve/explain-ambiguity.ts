import type { Connection } from '../../connections/connection.ts';
import { Failure } from '../../errors.ts';
import type { Because } from './resolve-tool.ts';

/** CONFLICT with the connections that fit: which one is meant is for the caller to say, and why nothing else said it. */
export function explainAmbiguity(connections: readonly Connection[], because: Because): Failure {
  const choices = connections.map(({ id, handle, label, identity }) => ({
    connection_id: id,
    handle,
    label,
    account: identity,
  }));
  const names = choices.map(({ handle }) => handle).join(', ');
  const ignored = ignoredDefault(because);
  return new Failure('CONFLICT', `${reasonOf(because)}: ${names}. Call again with the one you mean.`, {
    details: { choices, ...(ignored === undefined ? {} : { default_ignored: ignored }) },
  });
}

function reasonOf(because: Because): string {
  switch (because.kind) {
    case 'several':
      return 'Several connections fit';
    case 'hint':
      return `The call names the connection "${because.hint}", which is not among those that fit`;
    case 'foreign_handle':
      return `"${because.handle}" is the handle of a connection that is deleted or not yours to use. Others fit`;
    case 'default':
      return `The default of ${because.of === 'key' ? 'this key' : 'this person'} cannot be used: ${problems[because.problem]}. What fits`;
  }
}

type Ignored = Extract<Because, { kind: 'default' }>;

const problems: Readonly<Record<Ignored['problem'], string>> = {
  deleted: 'the connection was deleted',
  not_yours: 'the connection is not yours to use any more',
  inactive: 'the connection is switched off',
  no_such_tool: 'the connection has no such tool',
};

function ignoredDefault(because: Because) {
  if (because.kind !== 'default') return undefined;
  const { of, connectionId, problem } = because;
  return { connection_id: connectionId, of, reason: problem };
}
