import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { buildPackage } from '../../scripts/sdk/build-package.ts';
import { installPackages } from '../support/own-packages.ts';
import { startTalk, type Talk } from './talk.ts';

const root = join(import.meta.dirname, '../..');

/** The examples that bring a framework along, and the names that programs and adapters for it begin with. */
const examples = { 'ai-sdk-chat': /^ai\b/, 'langgraph-agent': /^langchain\b/, 'openai-agents': /^openai\b/ } as const;
export type Example = keyof typeof examples;
const names: readonly Example[] = ['ai-sdk-chat', 'langgraph-agent', 'openai-agents'];

/** How long `openPlace` may take, in milliseconds: the frameworks may have to be installed first. */
export const placeMs = 300_000;

type Settings = Readonly<Record<string, string>>;

/** The examples as `npm ci` installs them, with the SDK as it is published, and programs that use the same packages. */
export interface Place {
  /** Starts the program of an example, in its folder. */
  start(example: Example, words: readonly string[], env: Settings): Talk;
  /** Runs a program of `programs` to its end and answers what it wrote. Rejects with that where it failed. */
  run(program: string, env: Settings, ...args: readonly string[]): Promise<string>;
  /** What the compiler says of examples, programs, and adapters as they are written. */
  compile(): Promise<string>;
  close(): Promise<void>;
}

/** Makes one. Of the examples nothing but `node_modules` is changed. */
export async function openPlace(): Promise<Place> {
  await mkdir(join(import.meta.dirname, '.tmp'), { recursive: true });
  const folder = await mkdtemp(join(import.meta.dirname, '.tmp/place-'));
  const sdk = join(folder, 'sdk');
  await buildPackage(sdk);
  await replace(join(root, 'sdk/dist'), sdk);
  await Promise.all(
    names.map(async (example) => {
      await installPackages(homeOf(example));
      await replace(join(homeOf(example), 'node_modules/@plugboard/sdk'), sdk);
      await layOut(example, join(folder, example));
    }),
  );
  return {
    start: (example, words, env) => startTalk(words, { cwd: homeOf(example), env }),
    run: async (program, env, ...args) => {
      const example = names.find((name) => examples[name].test(program)) ?? 'ai-sdk-chat';
      const quiet = { LANGSMITH_TRACING: 'false', OPENAI_AGENTS_DISABLE_TRACING: '1', AI_SDK_LOG_WARNINGS: 'false' };
      const talk = startTalk([join(folder, example, program), ...args], { cwd: folder, env: { ...quiet, ...env } });
      return (await talk.leave()).trim();
    },
    compile: async () => (await Promise.all(names.map((example) => compile(join(folder, example))))).join(''),
    close: () => rm(folder, { recursive: true, force: true }),
  };
}

function homeOf(example: Example): string {
  return join(root, 'examples', example);
}

/** What npm copied when it installed is of that day: where the SDK has changed since, this is the newer one. */
async function replace(place: string, sdk: string): Promise<void> {
  if ((await digestOf(place)) === (await digestOf(sdk))) return;
  const next = `${place}-${process.pid}`;
  await cp(sdk, next, { recursive: true });
  await rm(place, { recursive: true, force: true });
  await rename(next, place);
}

async function digestOf(folder: string): Promise<string | undefined> {
  if (!existsSync(folder)) return undefined;
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  const hash = createHash('sha256');
  for (const file of files.toSorted()) hash.update(file.slice(folder.length)).update(await readFile(file));
  return hash.digest('hex');
}

/** Programs and adapters beside the packages of an example, and what compiles them with its own settings. */
async function layOut(example: Example, folder: string): Promise<void> {
  const isMeant = (path: string): boolean => examples[example].test(basename(path));
  for (const place of [join(import.meta.dirname, 'programs'), join(root, 'sdk/adapters')])
    await cp(place, folder, { recursive: true, filter: (path) => path === place || isMeant(path) });
  await symlink(join(homeOf(example), 'node_modules'), join(folder, 'node_modules'));
  const settings = {
    extends: join(homeOf(example), 'tsconfig.json'),
    compilerOptions: { allowJs: true, checkJs: true },
    include: ['.', join(homeOf(example), '*.ts')],
  };
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(settings));
}

async function compile(project: string): Promise<string> {
  const child = spawn(join(root, 'node_modules/.bin/tsc'), ['-p', project], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [said] = await Promise.all([text(child.stdout), once(child, 'close')]);
  return said;
}
