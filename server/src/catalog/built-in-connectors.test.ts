import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { showProblem } from './manifest/manifest-problem.ts';
import { readFolder } from './manifest/read-folder.ts';
import { publicManifest } from './public-manifest.ts';
import { compileOperation } from './templates/compile-operation.ts';

const folder = join(import.meta.dirname, '../../../connectors');
const { connectors, problems } = await readFolder(folder, 'built-in');
const operations = connectors.flatMap(({ id, tools }) =>
  tools.flatMap(({ name, operation }) => (operation ? [[`${id} ${name}`, operation] as const] : [])),
);

describe('the built-in connectors', () => {
  it('are all valid', () => {
    expect(problems.map(showProblem)).toEqual([]);
    expect(connectors.length).toBeGreaterThan(0);
  });

  it.each(connectors.map((connector) => [connector.id, connector] as const))(
    '%s is shown with every key of its contract',
    (_, connector) => {
      const shown = publicManifest(connector, 'https://plug.example');
      expect(Object.keys(shown)).toEqual(
        'id name version description category auth_mode auth_modes brand_logo brand_color fields verify oauth mcp tools'.split(
          ' ',
        ),
      );
      expect(shown.brand_logo).toBe(`https://plug.example/brand/${connector.id}.svg`);
      expect(Object.values(shown)).not.toContain(undefined);
      for (const field of shown.fields)
        expect(Object.keys(field).slice(0, 5)).toEqual(['key', 'label', 'type', 'required', 'secret']);
    },
  );

  it.each(operations)('%s has an operation that compiles', (_, operation) => {
    expect(compileOperation(operation)).toBe(compileOperation(operation));
  });
});
