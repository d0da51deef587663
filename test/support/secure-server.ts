import type { RequestListener } from "node:http";
import { createServer } from "node:https";
import { listen, type Listening } from "./listen.ts";

// For one.test and two.test on this machine, valid for a century. It guards nothing: whoever has it can be these tests' server.
export const testCertificate = `-----BEGIN CERTIFICATE-----
MIIBczCCARqgAwIBAgIBATAKBggqhkjOPQQDAjAWMRQwEgYDVQQDDAtlZ3Jlc3Mu
dGVzdDAgFw0yMDAxMDEwMDAwMDBaGA8yMTIwMDEwMTAwMDAwMFowFjEUMBIGA1UE
AwwLZWdyZXNzLnRlc3QwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAATSlmhxLQdK
KTiuqYVNUShlVsomHDCSYRZGjPo+o6D8sGhvweagmEo7svi3nNr39wl0+RW5gI9L
5TQAZWqb/Xhoo1cwVTAjBgNVHREEHDAagghvbmUudGVzdIIIdHdvLnRlc3SHBH8A
AAEwDwYDVR0TAQH/BAUwAwEB/zAdBgNVHQ4EFgQUcplZpmcsAgSEk8EclaT/DRgV
TrwwCgYIKoZIzj0EAwIDRwAwRAIgLbs3m1TL5ZHpAKf+zjQJYEwCSLADApS/qs8s
IkDG91MCIHKNbu/PLexwvSbvN7FQeU4ibghFSB1PIm7mAuWqAR8X
-----END CERTIFICATE-----`;

const testKey = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgP6y4BwkApqmVMbo6
94iq3pxARvW4ozgcy33Su2N9lQyhRANCAATSlmhxLQdKKTiuqYVNUShlVsomHDCS
YRZGjPo+o6D8sGhvweagmEo7svi3nNr39wl0+RW5gI9L5TQAZWqb/Xho
-----END PRIVATE KEY-----`;

/** An https server on a free port of the loopback, by the certificate above. */
export function startSecureServer(answer: RequestListener): Promise<Listening> {
  return listen(createServer({ key: testKey, cert: testCertificate }, answer));
}
