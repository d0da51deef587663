/** The look of one part of the status row. */
export const statusPart = "flex h-5 min-w-0 items-center gap-1 rounded-control px-1.5";
