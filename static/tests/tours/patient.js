/**
 * Give each step as long as a step may have, for a machine that is slow or busy; a step that fails takes that much
 * longer to say so.
 *
 * @param {() => object[]} steps what a tour's `steps` are
 */
export const patient = (steps) => () => steps().map((step) => ({ timeout: 60000, ...step }));
