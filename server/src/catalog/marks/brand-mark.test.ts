import { describe, expect, it } from 'vitest';
import { brandMark, isPathData } from './brand-mark.ts';
import { readIcon } from './read-icon.ts';

describe('brandMark', () => {
  it('draws the icon on a tile of the brand colour', () => {
    const svg = brandMark({ name: 'GitHub', brand_color: '#181717' }, readIcon('github'));
    expect(svg).toMatch(
      /^<svg xmlns="http:\/\/www.w3.org\/2000\/svg" .*<path transform=[^<]*fill="#ffffff" d="M[^"]+"\/><\/svg>$/,
    );
  });

  it('falls back to a letter, dark on a light colour', () => {
    expect(brandMark({ name: 'mailchimp', brand_color: '#FFE01B' })).toMatch(/fill="#000000">M<\/text>/);
  });

  it('lets nothing in that could run or load (S12)', () => {
    const svg = brandMark(
      { name: '<script>"&', brand_color: '#000000" onload="x' },
      'M0 0"/><script>alert(1)</script>',
    );
    expect(svg).not.toMatch(/<script|onload|alert/);
    expect(isPathData('M0 0 url(#x)')).toBe(false);
  });

  it.each(['../../package', 'github/../x', 'no-such-icon', ''])('finds no icon for %j', (slug) => {
    expect(readIcon(slug)).toBeUndefined();
  });
});
