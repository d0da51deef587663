import { totalmem } from "node:os";

/** Processes of one user in the sandbox; a fork bomb ends here. The kernel does not hold root to it. */
export const mostProcesses = 4096;
/** Of the machine's memory, for one process's data. */
const memoryShare = 0.8;

/** Bytes that one process may hold. */
export const mostMemory = (): number => Math.floor(totalmem() * memoryShare);
