import { checkClearText } from './checks/check-clear-text.ts';
import { checkEgress } from './checks/check-egress.ts';
import { checkFiles } from './checks/check-files.ts';
import { checkKey } from './checks/check-key.ts';
import { checkLocalServers } from './checks/check-local-servers.ts';
import { checkNode } from './checks/check-node.ts';
import { checkServer } from './checks/check-server.ts';
import type { Finding } from './checks/finding.ts';
import type { Command, Environment } from './command.ts';
import type { ConnectOptions } from './connect.ts';
import { readArguments, refuseMore, serverHelp, serverOptions } from './read-arguments.ts';
import { findServer } from './find-server.ts';
import { isLoopback, publicUrl, readSetting } from './settings.ts';
import { table, writeOut } from './terminal.ts';

/** `plugboard doctor`: what is wrong with an installation, and how to mend it. */
export const doctor: Command = {
  summary: 'check an installation and say how to mend it',
  help: `plugboard doctor

Checks Node, the server, its address and clock, the key, the files of the data folder, encryption, the egress list and
local servers.
Run it where the server runs, with the server's environment, to have everything checked. Exit code 1 if a check failed.

${serverHelp}`,
  async run(args, env) {
    const { values, positionals } = readArguments(args, serverOptions);
    refuseMore(positionals);
    const findings = await examine(env, values);
    const ok = findings.every(({ status }) => status !== 'failed');
    const text = values.json ? `${JSON.stringify({ ok, checks: findings }, null, 2)}\n` : shown(findings);
    await writeOut(text);
    return ok ? 0 : 1;
  },
};

async function examine(env: Environment, options: ConnectOptions): Promise<readonly Finding[]> {
  const { url, found } = findServer(env, options);
  const known = publicUrl(env);
  const server = await checkServer(url, known);
  const isUp = server.length > 1;
  return [
    checkNode(process.versions.node),
    ...server,
    ...(isUp ? [await checkKey(url, found)] : []),
    ...checkFiles(env, isLoopback(url)),
    checkClearText(known ?? url, readSetting(env, 'PLUGBOARD_INSECURE_HTTP')),
    checkEgress(readSetting(env, 'PLUGBOARD_EGRESS_ALLOW')),
    checkLocalServers(env),
  ];
}

function shown(findings: readonly Finding[]): string {
  const count = (wanted: Finding['status']) => findings.filter(({ status }) => status === wanted).length;
  const rows = findings.map(({ check, status, message }) => [status, check, message]);
  return `${table(rows)}\n${count('ok')} ok, ${count('warning')} to look at, ${count('failed')} failed.\n`;
}
