// Passkeys: makes one, or shows one, with the browser's own dialogue (WebAuthn Level 3).
// Each block `[data-passkey]` says what is done ("register", "sign_in", "prove"), where options
// come from and where the answer goes. Without a script, or where the browser cannot, the page says so.

const bytes = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));

const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replace(/=+$/, "");

const described = (list) => (list ?? []).map((one) => ({ ...one, id: bytes(one.id) }));

async function call(block, address, body) {
  const answer = await fetch(address, {
    method: "POST",
    headers: {
      Accept: "application/json",
      "Content-Type": "application/json",
      "X-Form-Token": block.querySelector("input[name=form_token]").value,
    },
    body: JSON.stringify(body),
  });
  const told = await answer.json();
  if (told.prove) location.assign(told.prove); // too long ago that this browser proved who uses it
  if (!answer.ok) throw new Error("refused");
  return told;
}

async function made(options) {
  const publicKey = {
    ...options,
    challenge: bytes(options.challenge),
    user: { ...options.user, id: bytes(options.user.id) },
    excludeCredentials: described(options.excludeCredentials),
  };
  const { id, type, rawId, response } = await navigator.credentials.create({ publicKey });
  return {
    id,
    type,
    rawId: text(rawId),
    response: {
      clientDataJSON: text(response.clientDataJSON),
      attestationObject: text(response.attestationObject),
    },
  };
}

async function shown(options) {
  const publicKey = {
    ...options,
    challenge: bytes(options.challenge),
    allowCredentials: described(options.allowCredentials),
  };
  const { id, type, rawId, response } = await navigator.credentials.get({ publicKey });
  return {
    id,
    type,
    rawId: text(rawId),
    response: {
      clientDataJSON: text(response.clientDataJSON),
      authenticatorData: text(response.authenticatorData),
      signature: text(response.signature),
      userHandle: response.userHandle ? text(response.userHandle) : null,
    },
  };
}

async function run(block) {
  const { passkey, options, send, next } = block.dataset;
  const asked = await call(block, options, {});
  const credential = await (passkey === "register" ? made(asked) : shown(asked));
  const shared = document.getElementById("shared")?.checked ?? false;
  const name = document.querySelector("input[name=passkey_name]")?.value ?? "";
  const { going } = await call(block, send, { credential, next, shared, name });
  location.assign(going);
}

for (const block of document.querySelectorAll("[data-passkey]")) {
  const can = window.isSecureContext && "PublicKeyCredential" in window;
  block.querySelector(can ? "[data-passkey-can]" : "[data-passkey-cannot]").hidden = false;
  block.querySelector("[data-passkey-script]").hidden = true;
  const button = block.querySelector("button");
  const failed = block.querySelector("[data-passkey-failed]");
  button.addEventListener("click", async () => {
    button.disabled = true;
    failed.hidden = true;
    try {
      await run(block);
    } catch {
      failed.hidden = false;
    } finally {
      button.disabled = false;
    }
  });
}
