import { callChannel } from "../shared/channels.ts";
void callChannel;
