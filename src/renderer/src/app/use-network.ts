import { useEffect, useState } from "react";

interface Network {
  readonly isOnline: boolean;
  /** It was away while this was shown. */
  readonly wasAway: boolean;
}

/** Whether the computer has a network, as the system tells. */
export function useNetwork(): Network {
  const [network, setNetwork] = useState<Network>(() => ({
    isOnline: navigator.onLine,
    wasAway: !navigator.onLine,
  }));
  useEffect(() => {
    const look = (): void => {
      setNetwork(({ wasAway }) => ({
        isOnline: navigator.onLine,
        wasAway: wasAway || !navigator.onLine,
      }));
    };
    window.addEventListener("online", look);
    window.addEventListener("offline", look);
    return () => {
      window.removeEventListener("online", look);
      window.removeEventListener("offline", look);
    };
  }, []);
  return network;
}
