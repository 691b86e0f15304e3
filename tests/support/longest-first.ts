import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that wait for processes, leases and browsers: begun first, they leave nobody waiting at the end. */
const long =
  /cut-off|replicas|renewals|rotation|chromium|drain|leaving|backup|local-servers|langgraph|real-server|battery|tarball|site|isolation|frameworks/;

/** Begins the files that take long, and leaves the others in vitest's own order. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isLong = ({ moduleId }: TestSpecification): boolean => long.test(moduleId);
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}
