/** A link on a Markdown page, without what stands in code. */
export interface Link {
  /** As it is written. */
  readonly target: string;
  readonly line: number;
}

/** The links and pictures of a page that lead to files: those to the network are somebody else's. */
export function linksIn(page: string): readonly Link[] {
  return withoutBlocks(page).flatMap((text, at) =>
    [
      ...text
        .replaceAll(/`[^`]*`/g, '')
        .matchAll(/\]\(<?([^()\s>]+)>?(?: "[^"]*")?\)|(?:src|srcset|href)="([^"]+)"|^\[[^\]]+\]: (\S+)/g),
    ]
      .map(([, inline, attribute, reference]) => inline ?? attribute ?? reference ?? '')
      .filter((target) => !/^[a-z][a-z0-9+.-]*:/i.test(target))
      .map((target) => ({ target, line: at + 1 })),
  );
}

/** What `#…` can name on a page: its headings as GitHub spells them, and ids. */
export function anchorsIn(page: string): ReadonlySet<string> {
  const lines = withoutBlocks(page);
  const headings = lines.flatMap((line) => /^#{1,6} (.+)$/.exec(line)?.[1] ?? []).map(slug);
  const ids = lines.flatMap((line) => [...line.matchAll(/(?:id|name)="([^"]+)"/g)].map(([, id = '']) => id));
  const seen = new Map<string, number>();
  const numbered = headings.map((heading) => {
    const count = seen.get(heading) ?? 0;
    seen.set(heading, count + 1);
    return count === 0 ? heading : `${heading}-${count}`;
  });
  return new Set([...numbered, ...ids]);
}

/** Lines in their places, those of fenced blocks emptied. */
function withoutBlocks(page: string): readonly string[] {
  let fence: string | undefined;
  return page.split('\n').map((line) => {
    const [, marks] = /^\s*(`{3,}|~{3,})/.exec(line) ?? [];
    if (marks === undefined) return fence === undefined ? line : '';
    if (fence === undefined) fence = marks;
    else if (line.trim().startsWith(fence)) fence = undefined;
    return '';
  });
}

function slug(heading: string): string {
  return heading
    .trim()
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(/\s/g, '-');
}
