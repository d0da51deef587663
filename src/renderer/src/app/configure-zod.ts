import { config } from "zod";

// Zod compiles its parsers with `new Function` where it may; the page's policy forbids that, and even the attempt is reported.
config({ jitless: true });
