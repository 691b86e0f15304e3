const longest = 200;

/**
 * A name as it is kept: the last step of a path, without what cannot be seen or turns text around, at most 200 characters.
 * `file` where nothing is left.
 */
export function cleanFileName(given: string): string {
  const [last = ''] = given.toWellFormed().split(/[\\/]/).slice(-1);
  const shown = last.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '').trim();
  const name = /^\.*$/.test(shown) ? 'file' : shown;
  return [...name].length <= longest ? name : shortened(name);
}

/** Keeps the ending, which says what it is. */
function shortened(name: string): string {
  const [, ending = ''] = /(\.[\w-]{1,16})$/.exec(name) ?? [];
  return [...name].slice(0, longest - ending.length).join('') + ending;
}
