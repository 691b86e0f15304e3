interface Release {
  readonly version: string;
  /** `2026-11-21` */
  readonly date: string;
  readonly sentences: readonly string[];
}

const heading = '## Unreleased\n';

/** The changelog with what waited under "Unreleased", and these sentences, under a version. Throws where it has no such heading. */
export function releaseChanges(changelog: string, { version, date, sentences }: Release): string {
  const at = changelog.indexOf(heading);
  if (at === -1) throw new Error('CHANGELOG.md has no "## Unreleased".');
  const [waited = '', ...rest] = changelog.slice(at + heading.length).split(/^(?=## )/m);
  const items = [waited.trim(), ...sentences.map(asItem)].filter(Boolean).join('\n');
  const released = `${heading}\n## ${version} (${date})\n\n${items}\n`;
  return `${changelog.slice(0, at)}${[released, ...rest].join('\n')}`;
}

/** Lines that follow are indented below the dash. */
function asItem(sentence: string): string {
  return `- ${sentence.trim().replaceAll('\n', '\n  ')}`;
}
