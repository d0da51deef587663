// oxlint-disable-next-line import/no-unassigned-import -- has to run before any schema is made
import "./app/configure-zod.ts";
// oxlint-disable-next-line import/no-unassigned-import -- a style sheet has no name
import "./styles/main.css";
import { createRoot } from "react-dom/client";
import { windowBridge } from "./app/bridge.ts";
import { createServices } from "./app/services.tsx";
import { QuickWindow } from "./quick-ask/quick-window.tsx";

const root = document.querySelector("#root");
if (root !== null)
  createRoot(root).render(<QuickWindow services={createServices(windowBridge())} />);
