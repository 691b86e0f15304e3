import type { RequirementId } from '../requirements.ts';

/** Says which promises the test around it holds; `tests/requirements.test.ts` finds the citation in the source. */
export function covers(..._ids: readonly RequirementId[]): void {}
