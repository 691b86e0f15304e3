/** A test is told what waits for a person instead of waiting with it; one that waits says `prefer: wait=45`. */
export const atOnce = { prefer: 'respond-async' };
