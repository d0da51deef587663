import { useServices } from "../app/services.tsx";
import { useAskedAgain } from "../app/use-asked-again.ts";

/** The end of what a background command has printed, as it goes on; null before the first answer. */
export function useTail(id: string): string | null {
  const { client } = useServices();
  return useAskedAgain(id, 700, async (one) => (await client("background.tail", { id: one })).text);
}
