import { z } from "zod";
import { sessionIdSchema } from "./ids.ts";

const portSchema = z.int().min(1).max(65_535);

/** A host that a person opened for the commands of a session. */
export const hostGrantSchema = z.object({
  /** In its one spelling: lower case, no trailing dot. */
  host: z.string().min(1).max(253),
  /** Every name below it, and not itself. */
  below: z.boolean(),
  /** Null: the usual ports, 80 and 443. */
  port: portSchema.nullable(),
  /** It may lie in a private network. */
  isPrivate: z.boolean(),
});
export type HostGrant = z.infer<typeof hostGrantSchema>;

/** What a session's commands may reach; ports are those of this machine's own loopback. */
export const openedNetworkSchema = z.object({
  hosts: z.array(hostGrantSchema),
  localPorts: z.array(portSchema),
});
export type OpenedNetwork = z.infer<typeof openedNetworkSchema>;

const bySession = z.object({ sessionId: sessionIdSchema });

/** The part of the contract about what the commands of a session may reach. Each answers what is open then. */
export const networkOperations = {
  "network.granted": { input: bySession, output: openedNetworkSchema },
  /** Takes one back at once; open connections are cut. */
  "network.revoke": {
    input: bySession.extend({
      grant: z.union([hostGrantSchema, z.object({ localPort: portSchema })]),
    }),
    output: openedNetworkSchema,
  },
  /** Opens every name below a host that is granted. AppError("not-found") when it is not any more, "invalid-input" where nothing lies below it. */
  "network.widen": {
    input: bySession.extend({ grant: hostGrantSchema }),
    output: openedNetworkSchema,
  },
} as const;
