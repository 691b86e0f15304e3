import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

/** A folder of connectors of the operator's, for `catalogDirs`: a manifest for each id. Called in a block, it is gone after it. */
export function catalogFolder(manifests: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'plugboard-catalog-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  for (const [id, manifest] of Object.entries(manifests)) {
    mkdirSync(join(folder, id));
    writeFileSync(join(folder, id, 'connector.yaml'), manifest);
  }
  return folder;
}

/** A connector that asks for nothing. */
export const openData = `
schema: 1
id: open-data
name: Open data
version: 1.0.0
description: Numbers that everybody may read, without an account.
category: testing
auth_mode: none
brand_color: '#000000'
http:
  base_url: https://data.example.com
tools:
  - name: get_number
    label: Get a number
    description: Returns one number by its name.
    effect: read
    input: { type: object, properties: {}, additionalProperties: false }
    operation: { method: GET, path: /number }
`;
