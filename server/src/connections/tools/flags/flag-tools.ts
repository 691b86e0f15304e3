import { isRecord } from '../../../lib/json.ts';
import { pointer } from '../../../lib/json-pointer.ts';
import type { DiscoveredTool } from '../tool-definition.ts';
import { hiddenIn } from './hidden-characters.ts';
import { lookAlikes } from './look-alikes.ts';
import type { ToolFlag } from './tool-flag.ts';

/** More about one tool nobody reads. */
const most = 20;

/** What a person should know of the tools of one server, by name: what they hide, and which look like another. */
export function flagTools(tools: readonly DiscoveredTool[]): ReadonlyMap<string, readonly ToolFlag[]> {
  const twins = lookAlikes(tools.map(({ name }) => name));
  return new Map(
    tools.map((tool) => {
      const twin = twins.get(tool.name);
      return [tool.name, [...(twin === undefined ? [] : [lookAlike(twin)]), ...hiddenFlags(tool)].slice(0, most)];
    }),
  );
}

function lookAlike(twin: string): ToolFlag {
  return { kind: 'look_alike', path: '/name', message: `Looks like another tool of the same server: "${twin}".` };
}

function hiddenFlags(tool: DiscoveredTool): readonly ToolFlag[] {
  const { name, label, description, input } = tool;
  const flags: ToolFlag[] = [];
  for (const { text, place } of textsIn({ name, label, description, input })) {
    for (const { kind, message } of hiddenIn(text)) flags.push({ kind, path: pointer(...stepsTo(place)), message });
    if (flags.length >= most) break;
  }
  return flags;
}

interface Place {
  readonly key: string;
  readonly within: Place | undefined;
}

interface PlacedText {
  readonly text: string;
  readonly place: Place | undefined;
}

/** Every text in a value, the names of its keys too; with a list of what is left to do, because a schema may be deep. */
function* textsIn(value: unknown): Generator<PlacedText> {
  const left: { readonly value: unknown; readonly place: Place | undefined }[] = [{ value, place: undefined }];
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    const { value: whole, place: within } = next;
    if (typeof whole === 'string') yield { text: whole, place: within };
    const inside = Array.isArray(whole) || isRecord(whole) ? Object.entries(whole) : [];
    for (const [key, each] of inside.toReversed()) {
      const place = { key, within };
      if (!Array.isArray(whole)) yield { text: key, place };
      left.push({ value: each, place });
    }
  }
}

function stepsTo(place: Place | undefined): string[] {
  const steps: string[] = [];
  for (let at = place; at !== undefined; at = at.within) steps.push(at.key);
  return steps.toReversed();
}
