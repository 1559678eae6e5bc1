// An independent instance made with Fedify: one person on a loopback address, over real HTTP.
// `node peer.mjs ADDRESS FORM` prints the base URL. FORM is the form of signature that it sends
// first and the only one that its inboxes take ("rfc9421" or "draft-cavage-http-signatures-12").
// POST /control with {"do": …} makes it act; GET /control lists what arrived.
import { createServer } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import { MemoryKvStore, createFederation, generateCryptoKeyPair } from "@fedify/fedify";
import {
  Accept,
  Activity,
  Announce,
  Create,
  Delete,
  Endpoints,
  Follow,
  Like,
  Mention,
  Note,
  PUBLIC_COLLECTION,
  Person,
  Tombstone,
  Undo,
  Update,
} from "@fedify/vocab";
import { Temporal } from "@js-temporal/polyfill";

// Fedify asks which runtime it is in; Node.js knows `navigator` from version 21 only.
globalThis.navigator ??= { userAgent: "Node.js" };

const [address, form] = process.argv.slice(2);
const NAME = "hana";
const state = { arrived: [], handled: [], notes: new Map(), followers: new Map(), sent: new Map() };
let refusesWith = null;
let counter = 0;

const pairs = [
  await generateCryptoKeyPair("RSASSA-PKCS1-v1_5"),
  await generateCryptoKeyPair("Ed25519"),
];
const federation = createFederation({
  kv: new MemoryKvStore(),
  allowPrivateAddress: true,
  firstKnock: form,
});

federation
  .setActorDispatcher("/users/{identifier}", async (ctx, identifier) => {
    if (identifier !== NAME) return null;
    const keys = await ctx.getActorKeyPairs(identifier);
    return new Person({
      id: ctx.getActorUri(identifier),
      preferredUsername: identifier,
      name: "Hana of the other side",
      summary: "<p>Reads about work.</p>",
      url: new URL(`/@${identifier}`, ctx.origin),
      inbox: ctx.getInboxUri(identifier),
      followers: ctx.getFollowersUri(identifier),
      endpoints: new Endpoints({ sharedInbox: ctx.getInboxUri() }),
      publicKey: keys[0].cryptographicKey,
      assertionMethods: keys.map((key) => key.multikey),
    });
  })
  .setKeyPairsDispatcher((_, identifier) => (identifier === NAME ? pairs : []));

federation.setFollowersDispatcher("/users/{identifier}/followers", () => ({
  items: [...state.followers.values()],
}));

federation.setObjectDispatcher(Note, "/users/{identifier}/notes/{id}", (_, { id }) =>
  state.notes.get(id) ?? null,
);

federation
  .setInboxListeners("/users/{identifier}/inbox", "/inbox")
  .on(Follow, async (ctx, follow) => {
    state.handled.push(follow.id.href);
    const sender = await follow.getActor(ctx);
    state.followers.set(sender.id.href, sender);
    await send(ctx, sender, new Accept({ id: nextId(ctx), actor: me(ctx), object: follow }));
  })
  .on(Activity, (_, activity) => {
    state.handled.push(activity.id?.href ?? null);
  });

const me = (ctx) => ctx.getActorUri(NAME);
const nextId = (ctx) => new URL(`/activities/${++counter}`, ctx.origin);
const send = (ctx, recipients, activity) =>
  ctx.sendActivity({ identifier: NAME }, recipients, activity, { immediate: true });

/** Fetch an object of the other side, signed by our person, as typed by Fedify. */
const fetched = async (ctx, url) => {
  const documentLoader = await ctx.getDocumentLoader({ identifier: NAME });
  return await ctx.lookupObject(url, { documentLoader });
};

const audience = (ctx) => ({ to: PUBLIC_COLLECTION, cc: ctx.getFollowersUri(NAME) });

const newNote = (ctx, values) => {
  const id = String(++counter);
  const note = new Note({
    id: ctx.getObjectUri(Note, { identifier: NAME, id }),
    attribution: me(ctx),
    published: Temporal.Now.instant(),
    ...audience(ctx),
    ...values,
  });
  state.notes.set(id, note);
  return [id, note];
};

const remembered = async (ctx, recipient, activity) => {
  state.sent.set(activity.id.href, activity);
  await send(ctx, recipient, activity);
  return { id: activity.id.href };
};

const acts = {
  async follow(ctx, { actor }) {
    const target = await fetched(ctx, actor);
    const follow = new Follow({ id: nextId(ctx), actor: me(ctx), object: target.id });
    return await remembered(ctx, target, follow);
  },

  async like(ctx, { object, actor }) {
    const like = new Like({ id: nextId(ctx), actor: me(ctx), object: new URL(object) });
    return await remembered(ctx, await fetched(ctx, actor), like);
  },

  async boost(ctx, { object, actor }) {
    const boost = new Announce({
      id: nextId(ctx),
      actor: me(ctx),
      object: new URL(object),
      ...audience(ctx),
    });
    return await remembered(ctx, await fetched(ctx, actor), boost);
  },

  async undo(ctx, { id, actor }) {
    const undone = state.sent.get(id);
    const undo = new Undo({ id: nextId(ctx), actor: me(ctx), object: undone });
    return await remembered(ctx, await fetched(ctx, actor), undo);
  },

  async reply(ctx, { object, actor, text }) {
    const target = await fetched(ctx, actor);
    const [, note] = newNote(ctx, {
      content: text,
      replyTarget: new URL(object),
      ccs: [target.id],
      cc: undefined,
      tags: [new Mention({ href: target.id, name: "@employer" })],
    });
    const create = new Create({ id: nextId(ctx), actor: me(ctx), object: note });
    await send(ctx, target, create);
    return { id: note.id.href };
  },

  async post(ctx, { text }) {
    const [key, note] = newNote(ctx, { content: text });
    await send(
      ctx,
      [...state.followers.values()],
      new Create({ id: nextId(ctx), actor: me(ctx), object: note, ...audience(ctx) }),
    );
    return { id: note.id.href, key };
  },

  async edit(ctx, { key, text }) {
    const note = state.notes.get(key).clone({ content: text, updated: Temporal.Now.instant() });
    state.notes.set(key, note);
    await send(
      ctx,
      [...state.followers.values()],
      new Update({ id: nextId(ctx), actor: me(ctx), object: note, ...audience(ctx) }),
    );
    return { id: note.id.href };
  },

  async withdraw(ctx, { key }) {
    const note = state.notes.get(key);
    state.notes.delete(key);
    await send(
      ctx,
      [...state.followers.values()],
      new Delete({
        id: nextId(ctx),
        actor: me(ctx),
        object: new Tombstone({ id: note.id }),
        ...audience(ctx),
      }),
    );
    return { id: note.id.href };
  },

  async fetch(ctx, { url }) {
    const found = await fetched(ctx, url);
    return { document: found === null ? null : await found.toJsonLd() };
  },

  async refuse(_, { status }) {
    refusesWith = status ?? null;
    return {};
  },
};

const body = async (request) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
};

const formOf = (headers) =>
  headers["signature-input"] !== undefined ? "rfc9421" : "draft-cavage-http-signatures-12";

const reply = (response, status, value) => {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(value));
};

const control = async (request, response, bytes) => {
  if (request.method === "GET") {
    const { arrived, handled } = state;
    return reply(response, 200, { arrived, handled });
  }
  const task = JSON.parse(bytes);
  try {
    const ctx = federation.createContext(new URL(base), undefined);
    reply(response, 200, await acts[task.do](ctx, task));
  } catch (error) {
    reply(response, 500, { error: String(error?.stack ?? error) });
  }
};

const server = createServer(async (request, response) => {
  const bytes = await body(request);
  if (request.url === "/control") return await control(request, response, bytes);
  if (request.method === "POST") {
    const used = formOf(request.headers);
    const status = refusesWith ?? (used === form ? null : 401);
    if (status !== null) {
      state.arrived.push({ form: used, status, document: null });
      return reply(response, status, { error: "not in this form" });
    }
  }
  const answer = await federation.fetch(
    new Request(new URL(request.url, base), {
      method: request.method,
      headers: request.headers,
      body: request.method === "POST" ? bytes : undefined,
    }),
    { contextData: undefined },
  );
  if (request.method === "POST") {
    const document = JSON.parse(bytes);
    state.arrived.push({ form: formOf(request.headers), status: answer.status, document });
  }
  response.writeHead(answer.status, Object.fromEntries(answer.headers));
  response.end(Buffer.from(await answer.arrayBuffer()));
});

server.listen(0, address);
while (server.address() === null) await pause(5);
const base = `http://${address}:${server.address().port}`;
console.log(base);
