/** What of Electron's global shortcuts is used. */
export interface ShortcutRegistry {
  /** False when another program holds it; throws for what is no shortcut. */
  register(accelerator: string, press: () => void): boolean;
  unregister(accelerator: string): void;
}

export interface GlobalShortcut {
  /** Puts this one in place of the last; answers false, and the last one stays, when the system refuses it. */
  set(accelerator: string | null): boolean;
}

/** The one shortcut that works everywhere on the computer. */
export function createGlobalShortcut(
  registry: ShortcutRegistry,
  press: () => void,
): GlobalShortcut {
  let held: string | null = null;
  return {
    set(accelerator) {
      if (accelerator === held) return true;
      if (accelerator !== null && !tryRegister(registry, accelerator, press)) return false;
      if (held !== null) registry.unregister(held);
      held = accelerator;
      return true;
    },
  };
}

function tryRegister(registry: ShortcutRegistry, accelerator: string, press: () => void): boolean {
  try {
    return registry.register(accelerator, press);
  } catch {
    // Electron throws a TypeError for text that is no shortcut: for the person it is one that cannot be had.
    return false;
  }
}
