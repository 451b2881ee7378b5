// Keeps what is typed: reports drafts to the server, holds a copy in this browser, moves the focus; and clicks for keys.
// Streamlit calls the default export again whenever `data` changes; one `keeper` lives per mounted element.

const DEBOUNCE_MS = 400;
const RETRY_MS = 4000;
const HELLO_MS = 100;
const PREFIX = "viva.draft.";
const ID = "viva.learner";
const KEYS = "viva.keys";
const KEY_PAUSE_MS = 300;
// Where a letter is text, or looks for an option that begins with it.
const TYPING = 'input:not([type="checkbox"], [type="radio"], [type="button"], [type="submit"], [type="range"]), textarea, select,'
  + ' [contenteditable]:not([contenteditable="false"]), [role="textbox"], [role="combobox"], [role="listbox"], [role="menu"], [role="grid"]';
const CLICKABLE = "button:not(:disabled), summary, a[href]";
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
  return remember(id);
}

function remember(id) {
  store.set(ID, id);
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `viva_learner=${id}; path=/; max-age=34560000; SameSite=Strict${secure}`;
  return id;
}

// Single keys can be switched off, for those who speak to their computer (WCAG 2.1.4). ui/keys.py reads the cookie.
function keysOff() {
  return (store.get(KEYS) || (/(?:^|;\s*)viva_keys=off(?:;|$)/.test(document.cookie) ? "off" : "on")) === "off";
}

function switchKeys(on) {
  store.set(KEYS, on ? "on" : "off");
  document.cookie = `viva_keys=${on ? "on" : "off"}; path=/; max-age=34560000; SameSite=Strict`;
}

function keyClass(name) { return `st-key-${name.trim().replace(/[^a-zA-Z0-9_-]/g, "-")}`; }

// What a key clicks: the element of that name; of several (`name*`) the one that the focus is in or next to.
function keyTarget(name) {
  const fresh = (element) => !element.closest('[data-stale="true"]');
  // A button with a tooltip stands there twice: the one that is seen counts.
  const clickable = (element) => [...element.querySelectorAll(CLICKABLE)].find((one) => one.checkVisibility()) || null;
  if (!name.endsWith("*")) {
    const found = [...document.getElementsByClassName(keyClass(name))].filter(fresh);
    return found.length ? clickable(found[0]) : null;
  }
  const several = `[class*="${keyClass(name.slice(0, -1))}"]`;
  for (let place = document.activeElement; place && place !== document.body; place = place.parentElement) {
    const found = place.matches(several) ? [place] : [...place.querySelectorAll(several)].filter(fresh);
    if (found.length) return found.length === 1 ? clickable(found[0]) : null;
  }
  return null;
}

function local(question) {
  try {
    const value = JSON.parse(store.get(PREFIX + question));
    return value && typeof value.text === "string" && Number.isFinite(value.at) ? value : null;
  } catch { return null; }
}

function make() {
  let id = learnerId();
  const keeper = { generation: 0, component: null, focused: null, touched: null, putting: false, onScore: false };
  let timer = null;
  let retry = null;
  let greeting = null;
  let pending = null;
  let hold = 0;
  let keyHold = 0;
  let asked = null;

  const data = () => keeper.component.data;
  const box = () => document.querySelector(`.${keyClass(data().box)} textarea`);

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

  // Nothing is recorded for nobody, and a message that crosses the first drawing of the page may be lost: so it waits for
  // that, too, and is said again until the server knows this browser.
  function greet(milliseconds) {
    clearTimeout(greeting);
    greeting = setTimeout(() => {
      greeting = null;
      if (data().learner === id) return;
      if (busy()) return greet(HELLO_MS);
      keeper.component.setTriggerValue("hello", { learner: id });
      greet(RETRY_MS);
    }, milliseconds);
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

  // Before Streamlit sees it: its own R draws the page again, its C offers to clear caches, and its button shortcuts would
  // click a second time.
  function onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.key.length !== 1 && event.key !== "Escape") return;
    if (document.querySelector('[data-testid="stDialog"], dialog[open]')) return;
    const from = event.composedPath()[0];
    if (event.key === "Escape") {
      if (data().question && from === box()) from.blur();
      return;
    }
    if (from instanceof Element && from.closest(TYPING)) return;
    const key = event.key.toLowerCase();
    const alive = Object.hasOwn(data().keys, key) || key === "?";
    if (alive || key === "r" || key === "c") event.stopImmediatePropagation();
    if (!alive || keysOff() || event.repeat || event.shiftKey && key !== "?" || performance.now() < keyHold) return;
    event.preventDefault();
    keyHold = performance.now() + KEY_PAUSE_MS;
    if (key === "?") return askSoon(0);
    const target = keyTarget(data().keys[key]);
    if (!target) return;
    if (target.matches("summary")) target.focus();
    target.click();
  }

  // The list of keys comes from the server, when nothing else is on its way.
  function askSoon(milliseconds) {
    clearTimeout(asked);
    asked = setTimeout(() => (busy() ? askSoon(DEBOUNCE_MS) : keeper.component.setTriggerValue("help", true)), milliseconds);
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
  window.addEventListener("keydown", onKey, true);
  window.addEventListener("pagehide", send);

  keeper.update = (component) => {
    keeper.component = component;
    keeper.generation += 1;
    if (component.data.single !== null) switchKeys(component.data.single);
    // Streamlit always says English; a screen reader takes its voice from here.
    document.documentElement.lang = component.data.language;
    for (const question of component.data.forget) {
      store.remove(PREFIX + question);
      if (pending && pending.question === question) pending = null;
    }
    // A learner who goes on here with the code from another browser.
    if (component.data.adopt && component.data.adopt !== id) id = remember(component.data.adopt);
    if (component.data.learner !== id && greeting === null) greet(0);
    settle(keeper.generation, 100);
    clearTimeout(retry);
    retry = setTimeout(catchUp, RETRY_MS);
  };
  keeper.close = () => {
    send();
    clearTimeout(retry);
    clearTimeout(greeting);
    document.removeEventListener("input", onInput, true);
    document.removeEventListener("click", onAction, true);
    document.removeEventListener("keydown", onAction, true);
    document.removeEventListener("visibilitychange", onHide);
    window.removeEventListener("keydown", onKey, true);
    clearTimeout(asked);
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
