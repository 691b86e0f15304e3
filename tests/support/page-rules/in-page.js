// Runs in the page and answers what is wrong with it, as sentences.
(() => {
  const problems = [];
  const note = (isFine, problem) => void (isFine || problems.push(problem));
  const named = (element) => `${element.tagName.toLowerCase()} ${element.textContent?.trim().slice(0, 40)}`;

  note(document.documentElement.lang === 'en', 'the page has no language');
  note(document.title.length > 12, 'the page has no title of its own');
  note(document.querySelectorAll('h1').length === 1, 'there is not one main heading');
  note(document.querySelectorAll('main').length === 1, 'there is not one main part');
  note(document.documentElement.scrollWidth <= innerWidth, 'the page is wider than its window');
  const ids = [...document.querySelectorAll('[id]')].map(({ id }) => id);
  note(new Set(ids).size === ids.length, 'two elements have one id');

  for (const input of document.querySelectorAll('input:not([type=hidden])')) {
    note(input.labels.length > 0, `${input.id} has no label`);
    note(input.hasAttribute('autocomplete'), `${input.id} says nothing to a password manager`);
    for (const id of (input.getAttribute('aria-describedby') ?? '').split(' ').filter(Boolean))
      note(document.getElementById(id) !== null, `${input.id} is described by nothing`);
  }
  for (const image of document.images) note(image.hasAttribute('alt'), `${image.src} has no text`);
  for (const target of document.querySelectorAll('button, .button, input:not([type=hidden])')) {
    const { height, width } = target.getBoundingClientRect();
    note(height >= 40 && width >= 40, `${named(target)} is too small for a finger`);
  }

  const canvas = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true });
  const channels = (colour, under) => {
    canvas.fillStyle = `rgb(${under.join(' ')})`;
    canvas.fillRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const ground = (element) =>
    element === null
      ? [255, 255, 255]
      : channels(getComputedStyle(element).backgroundColor, ground(element.parentElement));
  const luminance = (rgb) => {
    const [red = 0, green = 0, blue = 0] = rgb.map((part) =>
      part / 255 <= 0.040_45 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4,
    );
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const contrast = (one, other) => {
    const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (light + 0.05) / (dark + 0.05);
  };
  for (const element of document.querySelectorAll('body *')) {
    const says = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent?.trim());
    if (!says || !element.checkVisibility()) continue;
    const behind = ground(element);
    const ratio = contrast(channels(getComputedStyle(element).color, behind), behind);
    note(ratio >= 4.5, `${named(element)} stands out by ${ratio.toFixed(2)} only`);
  }
  for (const edge of document.querySelectorAll('input:not([type=hidden]), .button')) {
    const behind = ground(edge.parentElement);
    const ratio = contrast(channels(getComputedStyle(edge).borderTopColor, behind), behind);
    note(ratio >= 3, `the edge of ${named(edge)} stands out by ${ratio.toFixed(2)} only`);
  }
  return problems;
})();
