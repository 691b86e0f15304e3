/** The files that say the version besides those of the workspaces, which changesets raises. */
export const placesOfVersion = [
  'package.json',
  'package-lock.json',
  'server/src/storage/backup/program-version.ts',
  'server/src/mcp/server-info.ts',
] as const;

interface Step {
  readonly place: string;
  readonly from: string;
  readonly to: string;
}

/** A file with the next version in it. Throws where it does not say the earlier one. */
export function raiseVersion(text: string, { place, from, to }: Step): string {
  const raised = place === 'package-lock.json' ? raiseLock(text, { from, to }) : raiseText(text, { from, to });
  if (raised === text) throw new Error(`${place} does not say ${from}. Correct it, and try again.`);
  return raised;
}

/** A version in quotes, the first there is: `"version": "0.1.0"`, `version: '0.1.0'`. */
function raiseText(text: string, { from, to }: Omit<Step, 'place'>): string {
  return ["'", '"'].reduce((at, quote) => at.replace(`${quote}${from}${quote}`, `${quote}${to}${quote}`), text);
}

/** The lock file says it of the root, twice, and of every workspace; of packages of others it says other things. */
function raiseLock(text: string, { from, to }: Omit<Step, 'place'>): string {
  const lock = JSON.parse(text);
  const ours = Object.entries<{ version?: string }>(lock.packages).filter(([path]) => !path.includes('node_modules/'));
  for (const facts of [lock, ...ours.map(([, facts]) => facts)]) if (facts.version === from) facts.version = to;
  return `${JSON.stringify(lock, null, 2)}\n`;
}
