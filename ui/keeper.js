// Keeps what is typed: reports drafts to the server, holds a copy in this browser, moves the focus.
// Streamlit calls the default export again whenever `data` changes; one `keeper` lives per mounted element.

const DEBOUNCE_MS = 400;
const RETRY_MS = 4000;
const PREFIX = "viva.draft.";
const ID = "viva.learner";
const keepers = new WeakMap();

const store = {
  get(key) { try { return localStorage.getItem(key); } catch { return null; } },
  set(key, value) { try { localStorage.setItem(key, value); } catch { /* full or forbidden: the server still has it */ } },
  remove(key) { try { localStorage.removeItem(key); } catch { /* as above */ } },
};

function cookie() {
  const found = document.cookie.match(/(?:^|;\s*)viva_learner=([0-9a-f]{32})(?:;|$)/);
  return found ? found[1] : null;
}

// Random, so that nobody can guess another browser's id. crypto.randomUUID needs https; this does not.
function learnerId() {
  let id = store.get(ID) || cookie();
  if (!/^[0-9a-f]{32}$/.test(id || "")) {
    id = Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, "0")).join("");
  }
  store.set(ID, id);
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `viva_learner=${id}; path=/; max-age=34560000; SameSite=Strict${secure}`;
  return id;
}

function local(question) {
  try {
    const value = JSON.parse(store.get(PREFIX + question));
    return value && typeof value.text === "string" && Number.isFinite(value.at) ? value : null;
  } catch { return null; }
}

function make() {
  const id = learnerId();
  const keeper = { generation: 0, component: null, focused: null, touched: null, putting: false, told: false, onScore: false };
  let timer = null;
  let retry = null;
  let pending = null;
  let hold = 0;

  const data = () => keeper.component.data;
  const box = () => document.querySelector(`.st-key-${data().box.trim().replace(/[^a-zA-Z0-9_-]/g, "-")} textarea`);

  // A message that crosses another one on its way (a submission, a change of page) confuses Streamlit about what
  // is on the page, so a draft waits until the app is at rest. It is in this browser's storage meanwhile.
  function busy() {
    const state = document.querySelector(".stApp")?.getAttribute("data-test-script-state");
    return state === "running" || state === "rerunRequested" || performance.now() < hold;
  }

  function sendSoon(milliseconds) {
    clearTimeout(timer);
    timer = setTimeout(() => (busy() ? sendSoon(DEBOUNCE_MS) : send()), milliseconds);
  }

  function send() {
    clearTimeout(timer);
    timer = null;
    if (!pending) return;
    const draft = pending;
    pending = null;
    keeper.component.setTriggerValue("draft", { learner: id, ...draft });
    clearTimeout(retry);
    retry = setTimeout(catchUp, RETRY_MS);
  }

  // The server says in `saved_at` what it has; whatever this browser typed later goes up again.
  function catchUp() {
    const question = data().question;
    const mine = question && local(question);
    if (mine && mine.at > (data().saved_at || 0) && !pending) {
      pending = { question, text: mine.text, at: mine.at };
      sendSoon(0);
    }
  }

  function onInput(event) {
    if (data().question && event.target === box() && !keeper.putting) note(event.target);
  }

  function note(area) {
    const question = data().question;
    keeper.touched = area;
    const last = local(question);
    const at = Math.max(Date.now(), (last ? last.at : 0) + 1);
    pending = { question, text: area.value, at };
    store.set(PREFIX + question, JSON.stringify({ text: area.value, at }));
    sendSoon(DEBOUNCE_MS);
  }

  // What is clicked or entered now may be on its way before Streamlit says that it runs.
  function onAction(event) {
    if (event.type === "click" || event.key === "Enter") hold = performance.now() + DEBOUNCE_MS;
  }

  function onHide() { if (document.visibilityState === "hidden") send(); }

  // Give a box that nobody has typed into the newest draft: what was typed in the last moments before a reload
  // reached only this browser; and the server's draft may come after the box, when it did not know us at first.
  function restore(area) {
    area.setAttribute("dir", "auto");
    if (keeper.touched === area) return;
    const { question, text, saved_at } = data();
    const mine = local(question);
    if (area.value !== "" && area.value !== text) {
      if (!mine || mine.text !== area.value) note(area);
      return;
    }
    const newest = mine && mine.at > (saved_at || 0) ? mine.text : text;
    if (newest !== null && newest !== area.value) put(area, newest);
  }

  // As if it had been typed, so that the form holds it too.
  function put(area, text) {
    keeper.putting = true;
    Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value").set.call(area, text);
    area.dispatchEvent(new Event("input", { bubbles: true }));
    keeper.putting = false;
    setTimeout(catchUp, DEBOUNCE_MS);
  }

  function focus(element) {
    const { token, target, first, again } = data().focus;
    if (target === "none") return;
    if (keeper.focused === token) {
      // A score that a later judgment replaces takes the focus of the one before along.
      if (again && target === "score" && keeper.onScore && document.activeElement === document.body) element.focus({ preventScroll: true });
      return;
    }
    keeper.focused = token;
    const onPhone = matchMedia("(pointer: coarse)").matches;
    if (target === "answer") {
      if (!first) document.querySelector('[data-testid="stMain"]')?.scrollTo({ top: 0 });
      const taken = document.activeElement && document.activeElement !== document.body;
      if (onPhone || (first && taken)) return;
      element.focus({ preventScroll: true });
      element.setSelectionRange(element.value.length, element.value.length);
    } else {
      element.setAttribute("tabindex", "-1");
      element.focus({ preventScroll: true });
      document.querySelector('[data-testid="stMain"]')?.scrollTo({ top: 0 });
    }
  }

  // The page around this element is drawn after it, so wait for what is to be restored or focused.
  function settle(generation, tries) {
    if (generation !== keeper.generation) return;
    const area = data().question && box();
    const { target } = data().focus;
    const element = target === "score" ? document.getElementById("viva-score") : area;
    if (area) restore(area);
    if (element) focus(element);
    if (target !== "none" && !element && tries > 0) setTimeout(() => settle(generation, tries - 1), 40);
  }

  document.addEventListener("input", onInput, true);
  document.addEventListener("focusin", (event) => { keeper.onScore = event.target.id === "viva-score"; }, true);
  document.addEventListener("click", onAction, true);
  document.addEventListener("keydown", onAction, true);
  document.addEventListener("visibilitychange", onHide);
  window.addEventListener("pagehide", send);

  keeper.update = (component) => {
    keeper.component = component;
    keeper.generation += 1;
    // Streamlit always says English; a screen reader takes its voice from here.
    document.documentElement.lang = component.data.language;
    for (const question of component.data.forget) {
      store.remove(PREFIX + question);
      if (pending && pending.question === question) pending = null;
    }
    if (component.data.learner !== id && !keeper.told) {
      keeper.told = true;
      component.setTriggerValue("hello", { learner: id });
    }
    settle(keeper.generation, 100);
    clearTimeout(retry);
    retry = setTimeout(catchUp, RETRY_MS);
  };
  keeper.close = () => {
    send();
    clearTimeout(retry);
    document.removeEventListener("input", onInput, true);
    document.removeEventListener("click", onAction, true);
    document.removeEventListener("keydown", onAction, true);
    document.removeEventListener("visibilitychange", onHide);
    window.removeEventListener("pagehide", send);
  };
  return keeper;
}

export default function (component) {
  const parent = component.parentElement;
  if (!keepers.has(parent)) keepers.set(parent, make());
  const keeper = keepers.get(parent);
  keeper.update(component);
  const generation = keeper.generation;
  return () => {
    if (keeper.generation !== generation) return;
    keeper.close();
    keepers.delete(parent);
  };
}
