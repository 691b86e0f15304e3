import { expect, it } from 'vitest';
import { contrast, pageColours, type Rgb } from './colours.ts';

const card: Record<'light' | 'dark', Rgb> = { light: [251, 250, 247], dark: [29, 32, 36] };
const rgb = (hex: string): Rgb =>
  [1, 3, 5]
    .map((at) => Number.parseInt(hex.slice(at, at + 2), 16))
    .reduce<Rgb>(([, green, blue], part) => [green, blue, part], [0, 0, 0]);

it('makes any colour one that can be read, as text and as what text stands on', () => {
  for (let number = 0; number <= 0xffffff; number += 12_347) {
    const hex = `#${number.toString(16).padStart(6, '0')}`;
    const shown = pageColours(hex);
    for (const scheme of ['light', 'dark'] as const) {
      const { colour, on } = shown[scheme];
      expect(contrast(rgb(colour), card[scheme]), `${hex} in ${scheme}`).toBeGreaterThanOrEqual(4.5);
      expect(contrast(rgb(colour), rgb(on)), `on ${hex} in ${scheme}`).toBeGreaterThanOrEqual(4.5);
    }
  }
});

it('leaves a colour that can be read as it is', () => {
  expect(pageColours('#1d4ed8').light.colour).toBe('#1d4ed8');
});
