import { dirname, join } from 'node:path/posix';
import type { MarkdownRenderer } from 'vitepress';

/** A link to a file of the repository that is no page of the site becomes plain text: nothing says where the repository is. */
export function staysInDocs(md: MarkdownRenderer): void {
  md.core.ruler.push('stays-in-docs', ({ tokens, env }) => {
    const folder = dirname(String(env.relativePath ?? ''));
    for (const token of tokens) {
      const open: boolean[] = [];
      token.children = (token.children ?? []).filter((child) => {
        if (child.type === 'link_open') open.push(!leadsOut(child.attrGet('href') ?? '', folder));
        if (child.type === 'link_open') return open.at(-1);
        return child.type === 'link_close' ? open.pop() : true;
      });
    }
  });
}

function leadsOut(href: string, folder: string): boolean {
  const [path = ''] = href.split('#');
  const isRelative = path !== '' && !/^([a-z]+:|\/)/i.test(path);
  return isRelative && (join(folder, path).startsWith('..') || !/(\.md|\/)$/.test(path));
}
