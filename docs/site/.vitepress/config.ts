import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig } from 'vitepress';
import { staysInDocs } from './stays-in-docs.ts';

const docs = join(import.meta.dirname, '../..');

/** The guides, in the order in which somebody needs them. */
const groups: readonly Group[] = [
  { text: 'Start', names: ['quickstart', 'concepts', 'mcp-clients'] },
  {
    text: 'Connect',
    names: [
      'signing-in',
      'oauth-apps',
      'mcp-sign-in',
      'several-accounts',
      'connection-health',
      'write-a-connector',
      'http-tools',
      'databases',
      'files',
      'local-servers',
    ],
  },
  { text: 'Call', names: ['command-line', 'approvals', 'proxy', 'limits', 'changed-tools'] },
  {
    text: 'For your own users',
    names: ['connect-your-users', 'end-users', 'connect-links', 'user-tokens', 'end-user-approvals', 'webhooks'],
  },
  {
    text: 'Run',
    names: [
      'self-hosting',
      'security-model',
      'troubleshooting',
      'upgrading',
      'backup',
      'keys',
      'audit',
      'revoking',
      'benchmarks',
    ],
  },
];

/** The site shows docs/ as it is: pages are written for GitHub and read here. */
export default defineConfig({
  title: 'Plugboard',
  description: 'The self-hosted switchboard between AI agents and everything they must reach.',
  srcDir: 'pages',
  rewrites: (path) => path.replace(/(^|\/)README\.md$/, '$1index.md'),
  cleanUrls: true,
  lastUpdated: false,
  markdown: { config: staysInDocs },
  themeConfig: {
    search: { provider: 'local' },
    outline: [2, 3],
    nav: [
      { text: 'Quickstart', link: '/guides/quickstart' },
      { text: 'Guides', link: '/guides/concepts', activeMatch: '^/guides/' },
      { text: 'Reference', link: '/reference/', activeMatch: '^/reference/' },
    ],
    sidebar: [
      ...[...groups, { text: 'More', names: unnamed() }].filter(({ names }) => names.length > 0).map(group),
      { text: 'Moving here', collapsed: true, items: pagesIn('guides/moving') },
      {
        text: 'How it is built',
        collapsed: true,
        items: [page('ARCHITECTURE'), page('RULES'), ...pagesIn('decisions')],
      },
      { text: 'Reference', collapsed: true, items: pagesIn('reference') },
    ],
  },
});

/** Guides that no group names yet. */
function unnamed(): string[] {
  const named = new Set(groups.flatMap(({ names }) => names));
  const guides = readdirSync(join(docs, 'guides')).filter((name) => name.endsWith('.md'));
  return guides.map((name) => name.slice(0, -'.md'.length)).filter((name) => !named.has(name));
}

interface Group {
  readonly text: string;
  readonly names: readonly string[];
}

interface Item {
  readonly text: string;
  readonly link: string;
}

function group({ text, names }: Group): { text: string; items: Item[] } {
  return { text, items: names.map((name) => page(`guides/${name}`)) };
}

/** Every page of a folder, its overview first. */
function pagesIn(folder: string): Item[] {
  const names = readdirSync(join(docs, folder)).filter((name) => name.endsWith('.md'));
  return names.toSorted().map((name) => page(`${folder}/${name.slice(0, -'.md'.length)}`));
}

/** A page under its own title. */
function page(path: string): Item {
  const [, title = path] = /^# (.+)$/m.exec(readFileSync(join(docs, `${path}.md`), 'utf8')) ?? [];
  return { text: title, link: `/${path.replace(/(^|\/)README$/, '$1')}` };
}
