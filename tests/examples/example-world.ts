import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'vitest';
import { type GitlabEmulator, startGitlab } from '../emulators/gitlab.ts';
import { addIssue } from '../emulators/gitlab/state.ts';
import { newDatabases } from '../support/databases.ts';
import { freePort } from '../support/free-port.ts';
import { type ServerProcess, settingsFor, startServerProcess } from '../support/server-process.ts';

const example = join(import.meta.dirname, '../../examples/app-with-end-users');
const execute = promisify(execFile);

/** The GitLab of one user: a token, and an issue that nobody else has. */
export interface OwnGitlab extends GitlabEmulator {
  readonly token: string;
  readonly issue: string;
}

/** The example as its README has it set up: Plugboard and the app, each a process, and a GitLab for each of the two users. */
export interface ExampleWorld {
  readonly plugboard: ServerProcess;
  readonly app: string;
  readonly gitlabs: { readonly ann: OwnGitlab; readonly ben: OwnGitlab };
  /** What no browser may ever get. */
  readonly secrets: readonly string[];
  stop(): Promise<void>;
}

/** Called in a block: what starts it, in a hook. */
export function useExampleWorld(): () => Promise<ExampleWorld> {
  const databases = newDatabases('sqlite');
  return async () => {
    const [ann, ben, plugboard, port] = await Promise.all([
      ownGitlab('ann'),
      ownGitlab('ben'),
      startServerProcess(settingsFor(await databases.migrated())),
      freePort(),
    ]);
    const app = `http://localhost:${port}`;
    const settings = await setUp(plugboard, app);
    const stopApp = await startApp(settings);
    const { PLUGBOARD_APP_KEY = '', PLUGBOARD_DECIDING_KEY = '', PLUGBOARD_WEBHOOK_SECRET = '' } = settings;
    return {
      plugboard,
      app,
      gitlabs: { ann, ben },
      secrets: [PLUGBOARD_APP_KEY, PLUGBOARD_DECIDING_KEY, PLUGBOARD_WEBHOOK_SECRET, ann.token, ben.token, 'pbu_'],
      stop: async () => void (await Promise.all([stopApp(), plugboard.stop(), ann.stop(), ben.stop()])),
    };
  };
}

async function ownGitlab(whose: string): Promise<OwnGitlab> {
  const gitlab = await startGitlab();
  const token = `glpat-of-${whose}-0123456789`;
  const issue = `<b>Only ${whose}</b> & nobody else`;
  gitlab.allow(token);
  const [project] = gitlab.state.projects;
  if (project) addIssue(gitlab.state, project, { title: issue });
  return { ...gitlab, token, issue };
}

/** Runs the program that sets it up, as an owner; the settings it prints, by name. */
async function setUp({ call, publicUrl }: ServerProcess, app: string): Promise<Readonly<Record<string, string>>> {
  const account = { email: 'owner@example.com', password: 'correct horse battery' };
  expect((await call('PUT /api/v1/me/sign-in', { body: account })).status).toBe(204);
  const { stdout } = await execute(process.execPath, [join(example, 'set-up.ts')], {
    env: {
      PATH: process.env['PATH'],
      PLUGBOARD_URL: publicUrl,
      PLUGBOARD_EMAIL: account.email,
      PLUGBOARD_PASSWORD: account.password,
      APP_ORIGIN: app,
    },
  });
  return Object.fromEntries([...stdout.matchAll(/^(\w+)=(.*)$/gm)].map(([, name, value]) => [name, value]));
}

async function startApp(env: Readonly<Record<string, string>>): Promise<() => Promise<void>> {
  const child = spawn(process.execPath, [join(example, 'app.ts')], {
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [said] = await once(child.stdout, 'data');
  expect(String(said)).toContain(env['APP_ORIGIN']);
  return async () => {
    child.kill();
    await once(child, 'close');
  };
}
