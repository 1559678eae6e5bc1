// Reading aloud, copying an address, printing: what a browser can do beyond the page. Every control
// is hidden until it is known to work, so that nothing is offered that does nothing.

function voiceFor(tag) {
  const voices = window.speechSynthesis.getVoices();
  const wanted = tag.toLowerCase();
  const base = wanted.split("-")[0];
  const spoken = (voice) => voice.lang.toLowerCase().replace("_", "-");
  return (
    voices.find((voice) => spoken(voice) === wanted) ??
    voices.find((voice) => spoken(voice).split("-")[0] === base)
  );
}

function partsToRead() {
  return [...document.querySelectorAll("[data-aloud]")].flatMap((part) => {
    const language = part.lang || document.documentElement.lang;
    // Browsers stop in the middle of long texts: sentences are handed over one by one.
    const sentences = part.innerText.match(/[^.!?。؟\n]+[.!?。؟]*/g) ?? [];
    return sentences.map((text) => ({ text: text.trim(), language })).filter((one) => one.text);
  });
}

function canRead(parts) {
  return parts.length > 0 && parts.some((one) => voiceFor(one.language));
}

function readAloud(box) {
  const synthesis = window.speechSynthesis;
  const button = (name) => box.querySelector(`[data-${name}]`);
  const show = (...names) => {
    for (const name of ["play", "pause", "resume", "stop"]) {
      button(name).hidden = !names.includes(name);
    }
    button(names[0]).focus();
  };
  let round = 0;
  button("play").addEventListener("click", () => {
    synthesis.cancel();
    const mine = ++round;
    const parts = partsToRead();
    parts.forEach((one, place) => {
      const said = new SpeechSynthesisUtterance(one.text);
      said.lang = one.language;
      said.voice = voiceFor(one.language) ?? null;
      if (place === parts.length - 1) {
        said.addEventListener("end", () => mine === round && show("play"));
      }
      synthesis.speak(said);
    });
    show("pause", "stop");
  });
  button("pause").addEventListener("click", () => {
    synthesis.pause();
    show("resume", "stop");
  });
  button("resume").addEventListener("click", () => {
    synthesis.resume();
    show("pause", "stop");
  });
  button("stop").addEventListener("click", () => {
    round += 1;
    synthesis.cancel();
    show("play");
  });
  window.addEventListener("pagehide", () => synthesis.cancel());
  const offer = () => {
    box.hidden = !canRead(partsToRead());
  };
  offer();
  synthesis.addEventListener?.("voiceschanged", offer);
}

function copyAddress(box) {
  const field = document.getElementById(box.dataset.copy);
  const status = box.querySelector("[data-done]");
  box.hidden = false;
  box.querySelector("button").addEventListener("click", async () => {
    await navigator.clipboard.writeText(field.value);
    status.textContent = status.dataset.done;
  });
}

const aloud = document.querySelector("[data-read-aloud]");
if (aloud && "speechSynthesis" in window) readAloud(aloud);
if (navigator.clipboard) document.querySelectorAll("[data-copy]").forEach(copyAddress);
for (const box of document.querySelectorAll("[data-print]")) {
  box.hidden = false;
  box.querySelector("button").addEventListener("click", () => window.print());
}
