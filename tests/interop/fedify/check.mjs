// Answers signature questions with Fedify: a JSON array of tasks comes in on standard input, the
// array of answers goes out on standard output. Nothing is fetched: keys travel with the tasks.
import { createPrivateKey } from "node:crypto";
import { readFileSync } from "node:fs";
import {
  importJwk,
  parseAcceptSignature,
  signObject,
  signRequest,
  verifyObject,
  verifyRequest,
} from "@fedify/fedify/sig";
import { Create, Note } from "@fedify/vocab";
import { Temporal } from "@js-temporal/polyfill";

// Fedify asks which runtime it is in; Node.js knows `navigator` from version 21 only.
globalThis.navigator ??= { userAgent: "Node.js" };

const privateKey = (pem) => {
  const jwk = createPrivateKey(pem).export({ format: "jwk" });
  return importJwk(jwk.kty === "RSA" ? { ...jwk, alg: "RS256" } : jwk, "private");
};

const loaderOf = (documents) => async (url) => {
  const document = documents[url] ?? documents[url.split("#")[0]];
  if (document === undefined) throw new Error(`nothing is stored for ${url}`);
  return { contextUrl: null, documentUrl: url, document };
};

const requestOf = ({ method, url, headers, body }) => new Request(url, { method, headers, body });

const answers = {
  async sign({ request, key, keyId, spec, now }) {
    const signed = await signRequest(requestOf(request), await privateKey(key), new URL(keyId), {
      spec,
      currentTime: Temporal.Instant.from(now),
    });
    return { headers: Object.fromEntries(signed.headers) };
  },

  async verify({ request, documents, now }) {
    const key = await verifyRequest(requestOf(request), {
      documentLoader: loaderOf(documents),
      currentTime: Temporal.Instant.from(now),
    });
    return { keyId: key?.id?.href ?? null };
  },

  async prove({ actor, key, keyId, now }) {
    const activity = new Create({
      id: new URL(`${actor}/activities/1`),
      actor: new URL(actor),
      object: new Note({
        id: new URL(`${actor}/notes/1`),
        attribution: new URL(actor),
        content: "Tervetuloa töihin, مرحبا",
      }),
    });
    const signed = await signObject(activity, await privateKey(key), new URL(keyId), {
      created: Temporal.Instant.from(now),
    });
    return { document: await signed.toJsonLd({ format: "compact" }) };
  },

  async checkProof({ document, documents }) {
    const activity = await verifyObject(Create, document, {
      documentLoader: loaderOf(documents),
    });
    return { id: activity?.id?.href ?? null };
  },

  parseChallenge({ header }) {
    return { members: parseAcceptSignature(header) };
  },
};

const tasks = JSON.parse(readFileSync(0, "utf8"));
const results = [];
for (const task of tasks) results.push(await answers[task.do](task));
process.stdout.write(JSON.stringify(results));
