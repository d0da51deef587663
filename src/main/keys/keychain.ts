/** A password saved in the system's keychain. `account` is the origin it is bound to. */
export interface KeychainEntry {
  readonly account: string;
  readonly secret: string;
}

/** The system's keychain for one service. May hang or throw anything; `createPatientKeychain` makes that AppErrors. */
export interface KeychainPort {
  list(): Promise<readonly KeychainEntry[]>;
  save(entry: KeychainEntry): Promise<void>;
  remove(account: string): Promise<void>;
}
