// Runs in the page: how what has the focus shows it, or `nothing` where nothing has it.
(() => {
  const at = document.activeElement;
  return at === null || at === document.body ? 'nothing' : getComputedStyle(at).outlineStyle;
})();
