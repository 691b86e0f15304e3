/** How every page of ours looks: one column, light or dark as the reader prefers, on a telephone too. */
export const style = `
:root {
  color-scheme: light dark;
  --paper: light-dark(#fbfaf7, #16181b);
  --card: light-dark(#ffffff, #1d2024);
  --ink: light-dark(#1d2024, #e9e7e2);
  --quiet: light-dark(#585d63, #a9aaa5);
  --line: light-dark(#dedbd2, #363a40);
  --edge: light-dark(#85816f, #7d8288);
  --block: light-dark(#f4f1ea, #24282d);
  --brass: light-dark(#8a5a0b, #e3b25c);
  --on-brass: light-dark(#ffffff, #1d1706);
  --wrong: light-dark(#a3281c, #ff9d8f);
  --good: light-dark(#1c6b3c, #7fd3a0);
  font: 16px/1.55 system-ui, sans-serif;
}
* { box-sizing: border-box; }
body {
  min-height: 100vh;
  margin: 0;
  padding: clamp(1rem, 6vh, 4.5rem) 1rem 2rem;
  background: var(--paper);
  color: var(--ink);
}
.top, main, .bottom { max-width: 27rem; margin: 0 auto; }
.top { display: flex; align-items: center; gap: .6rem; padding: 0 .25rem .9rem; font-weight: 600; }
.top svg { width: 1.9rem; height: 1.9rem; flex: none; }
.top .logo { max-width: 9rem; max-height: 2.4rem; flex: none; }
main {
  padding: 1.75rem;
  border: 1px solid var(--line);
  border-radius: .8rem;
  background: var(--card);
  box-shadow: 0 1px 2px rgb(0 0 0 / .05), 0 8px 24px rgb(0 0 0 / .05);
}
.bottom { padding: .9rem .25rem; color: var(--quiet); font-size: .875rem; }
h1 { margin: 0 0 .5rem; font-size: 1.4rem; line-height: 1.25; text-wrap: balance; }
h2 { margin: 1.5rem 0 .4rem; font-size: 1rem; }
p { margin: .5rem 0 0; }
form + p { margin-top: 1rem; }
p, dd, li, h1 { overflow-wrap: anywhere; }
a { color: var(--brass); text-underline-offset: .15em; }
code { padding: .1em .3em; border-radius: .25rem; background: var(--block); font: .9em ui-monospace, monospace; overflow-wrap: anywhere; }
.quiet { color: var(--quiet); }
form { margin: 1.25rem 0 0; }
label { display: block; margin: 1rem 0 .3rem; font-weight: 600; }
.hint { margin: 0 0 .35rem; color: var(--quiet); font-size: .875rem; }
.hint.wrong { color: var(--wrong); }
input, textarea, select {
  width: 100%;
  min-height: 2.75rem;
  padding: .5rem .7rem;
  border: 1px solid var(--edge);
  border-radius: .45rem;
  background: var(--paper);
  color: inherit;
  font: inherit;
}
textarea { display: block; resize: vertical; }
input[type='checkbox'] { width: 2.5rem; min-height: 2.5rem; height: 2.5rem; margin: 0; flex: none; accent-color: var(--brass); }
.tick { display: flex; align-items: center; gap: .7rem; min-height: 2.75rem; }
.choices { margin: 1.25rem 0 0; padding: 0; list-style: none; }
.choices a { display: flex; align-items: center; gap: .8rem; min-height: 3.25rem; padding: .5rem .25rem; border-bottom: 1px solid var(--line); color: inherit; font-weight: 600; text-decoration: none; }
.choices a:hover { background: var(--block); }
.choices img { width: 2rem; height: 2rem; flex: none; border-radius: .45rem; }
.search { display: flex; align-items: end; gap: .6rem; }
.search > div { flex: 1 1 auto; }
.search .button { flex: 0 0 auto; }
.ways { margin: 1.25rem 0 0; }
input[readonly] { border-style: dashed; }
input[aria-invalid='true'] { border-color: var(--wrong); }
.buttons { display: flex; flex-wrap: wrap; gap: .6rem; margin: 1.5rem 0 0; }
.button {
  flex: 1 1 auto;
  min-height: 2.75rem;
  padding: .55rem 1rem;
  border: 1px solid var(--edge);
  border-radius: .45rem;
  background: transparent;
  color: inherit;
  font: inherit;
  font-weight: 600;
  text-align: center;
  text-decoration: none;
  cursor: pointer;
}
.button.main { border-color: var(--brass); background: var(--brass); color: var(--on-brass); }
.button:hover { border-color: var(--ink); }
.button.main:hover { filter: brightness(1.08); }
a:focus-visible, .button:focus-visible, input:focus-visible, select:focus-visible, textarea:focus-visible, summary:focus-visible {
  outline: 3px solid var(--brass);
  outline-offset: 2px;
}
.or { display: flex; align-items: center; gap: .75rem; margin: 1.5rem 0 0; color: var(--quiet); font-size: .875rem; }
.or::before, .or::after { content: ''; flex: 1; border-top: 1px solid var(--line); }
.notice { margin: 1rem 0 0; padding: .7rem .9rem; border: 1px solid var(--line); border-left: 4px solid var(--brass); border-radius: .45rem; background: var(--block); }
.notice.wrong { border-left-color: var(--wrong); }
.notice p:first-child { margin: 0; }
.facts { margin: 1.25rem 0 0; border-top: 1px solid var(--line); }
.facts + p { margin-top: 1rem; }
.facts div { display: flex; flex-wrap: wrap; gap: .1rem 1rem; padding: .55rem 0; border-bottom: 1px solid var(--line); }
.facts dt { flex: 0 0 7.5rem; color: var(--quiet); }
.facts dd { flex: 1 1 10rem; margin: 0; }
.facts .who { font-weight: 600; }
pre { margin: 0; padding: .5rem .7rem; border-radius: .45rem; background: var(--block); font: .9rem/1.5 ui-monospace, monospace; white-space: pre-wrap; overflow-wrap: anywhere; }
.sent { margin: .6rem 0 0; }
.sent dt { margin: .7rem 0 .25rem; }
.sent dd { margin: 0; }
.scopes { margin: -.3rem 0; padding: 0; list-style: none; }
.scopes li { padding: .3rem 0; border-bottom: 1px dotted var(--line); }
.scopes li:last-child { border-bottom: 0; }
.plugs { display: flex; align-items: center; gap: .5rem; margin: 0 0 1.25rem; }
.plugs img, .plugs svg { width: 3rem; height: 3rem; flex: none; border-radius: .6rem; }
.plugs .cord { flex: 0 0 3.5rem; border-top: 3px dashed var(--edge); border-radius: 2px; }
.plugs.in .cord { border-top: 3px solid var(--good); }
@media (max-width: 24rem) { main { padding: 1.25rem; } }
@media (forced-colors: active) { .button { border-color: ButtonText; } }
@media print { main { box-shadow: none; } }
`;
