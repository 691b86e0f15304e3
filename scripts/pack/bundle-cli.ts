import { join } from 'node:path';
import { build, type Metafile } from 'esbuild';

/**
 * Bundles the command line. It lies two folders deep, as its source does, because it finds the server and its own version from where
 * it lies.
 */
export async function bundleCli({ root, out }: { readonly root: string; readonly out: string }): Promise<Metafile> {
  const { metafile } = await build({
    entryPoints: { plugboard: join(root, 'cli/src/main.ts') },
    outdir: out,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    splitting: true,
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'none',
    banner: {
      js: "import { createRequire as requireBeside } from 'node:module'; const require = requireBeside(import.meta.url);",
    },
    logLevel: 'warning',
    absWorkingDir: root,
    metafile: true,
  });
  return metafile;
}
