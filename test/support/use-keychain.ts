import { createKeyStore } from "../../src/main/keys/key-store.ts";

/** Child of the keychain test: two stores, as two starts of the app, on the real keychain of this session. */
const origin = "https://dashscope-intl.aliyuncs.com";
const create = () => createKeyStore({ service: "belay-dev", environment: {} });
const first = create();
const saved = await first.save({ key: process.argv[2] ?? "", origin, persist: "keychain" });
const second = create();
const found = await second.get(origin);
const elsewhere = await second.get("https://dashscope.aliyuncs.com");
const { source, last4 } = await second.status();
await second.remove();
const left = await create().get(origin);
process.stdout.write(JSON.stringify({ saved, found, elsewhere, source, last4, left }));
