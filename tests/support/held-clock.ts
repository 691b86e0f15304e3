/** A clock that can be made to stand still, and be put forward. */
export function heldClock() {
  let ahead = 0;
  let standing: number | undefined;
  const now = (): number => standing ?? Date.now() + ahead;
  return {
    now,
    hold: () => void (standing = now()),
    /** Goes on from where it would be, and this much later. */
    forward(ms: number) {
      ahead += ms;
      standing = undefined;
    },
  };
}
