/** Words of the review. */
export const review = {};
