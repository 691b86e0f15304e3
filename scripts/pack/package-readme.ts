import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

const heading = '## Configuration\n';

/** The page that npm shows: its own, with the variables as the README at the root lists them. Throws where that has no such section. */
export async function packageReadme(root: string): Promise<string> {
  const [own, whole] = await Promise.all(
    ['scripts/pack/README.md', 'README.md'].map((path) => readFile(join(root, path), 'utf8')),
  );
  const [, after = ''] = (whole ?? '').split(heading);
  const [section = ''] = after.split(/^(?=## )/m);
  if (section.trim() === '') throw new Error('README.md has no section "Configuration".');
  return `${own?.trimEnd()}\n\n${heading}${section.trimEnd()}\n`;
}
