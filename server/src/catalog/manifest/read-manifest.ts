import { digestOf } from '../../lib/digest.ts';
import { type Connector, connectorSchema, type Manifest } from '../connector.ts';
import { checkManifest } from './checks/check-manifest.ts';
import { explainIssue } from './explain-issue.ts';
import { type Finding, type ManifestProblem, showPath } from './manifest-problem.ts';
import { parseYaml } from './parse-yaml.ts';

/** Where a manifest was found. */
export interface ManifestOrigin {
  /** As problems name it. */
  readonly file: string;
  readonly source: Connector['source'];
}

export type ReadManifest =
  | { readonly ok: true; readonly connector: Connector }
  | { readonly ok: false; readonly problems: readonly ManifestProblem[] };

/** Reads a `connector.yaml`: the connector, or everything that is wrong with it, by file, line and key. */
export function readManifest(text: string, { file, source }: ManifestOrigin): ReadManifest {
  const yaml = parseYaml(text);
  if (!yaml.ok) return { ok: false, problems: yaml.problems.map((problem) => ({ file, key: '', ...problem })) };
  const parsed = connectorSchema.safeParse(yaml.data);
  const findings = parsed.success
    ? checkManifest(parsed.data, source)
    : parsed.error.issues.flatMap((issue) => explainIssue(issue, yaml.data));
  if (parsed.success && findings.length === 0) return { ok: true, connector: toConnector(parsed.data, source) };
  const problem = ({ path, message }: Finding) => ({ file, line: yaml.lineOf(path), key: showPath(path), message });
  return { ok: false, problems: findings.map(problem).toSorted((left, right) => left.line - right.line) };
}

/** The connector of a checked manifest, with its digest. */
function toConnector(manifest: Manifest, source: Connector['source']): Connector {
  const [, ...others] = manifest.auth_modes ?? [];
  return { ...manifest, auth_modes: [manifest.auth_mode, ...others], digest: digestOf(manifest), source };
}
