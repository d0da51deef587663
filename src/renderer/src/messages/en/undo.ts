/** Words of the undo. */
export const undo = {};
