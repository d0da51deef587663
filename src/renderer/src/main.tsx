import "./app/configure-zod.ts";
import "./styles/main.css";
import { createRoot } from "react-dom/client";
import { App } from "./app/app.tsx";
import { windowBridge } from "./app/bridge.ts";
import { createServices } from "./app/services.tsx";

const root = document.querySelector("#root");
if (root !== null) createRoot(root).render(<App services={createServices(windowBridge())} />);
