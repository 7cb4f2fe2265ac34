// The card itself: chooses an item, asks, reacts. Stands behind marking.js inside one function, once on each side.
// Front and back are rendered apart, in one page or in two, so the choice travels by sessionStorage and by a global. Where there is no
// sessionStorage the day chooses, which both sides know. Whatever fails, the item that the template shows without a script stays.
// Nothing is bound to the page itself: what is built here goes when the card goes.

const WORDS = {
  answer: ["Your answer", "你的答案"],
  check: ["Check", "核对"],
  hint: ["Hint", "提示"],
  right: ["Right", "正确"],
  near: ["Nearly right", "接近正确"],
  wrong: ["Not right", "不对"],
  unread: ["Not read", "无法识别"],
  turn: ["Turn the card for the worked solution.", "翻到背面看解答。"],
  other: ["中文", "English"],
};
const SIGNS_OF = {right: "✓", near: "≈", wrong: "✗", unread: "?"};
// In sessionStorage and on the window.
const CHOICE = "quizcvChoice";
const SEEN = "quizcvSeen";
// How long the app may take to turn the card before the verdict is given on the front, in ms.
const TURNING = 900;

const root = document.getElementById("quizcv");
const still = root.querySelector(".static");
const front = root.getAttribute("data-side") === "question";
const id = root.getAttribute("data-id");

// --- which item

function storage() {
  try {
    const store = window.sessionStorage;
    store.setItem(CHOICE + ".try", id);
    const works = store.getItem(CHOICE + ".try") === id;
    store.removeItem(CHOICE + ".try");
    return works ? store : null;
  } catch (error) {
    return null;
  }
}

function stored(store, key) {
  try {
    return JSON.parse(store.getItem(key)) || {};
  } catch (error) {
    return {};
  }
}

function keep(choice) {
  window[CHOICE] = choice;
  try {
    window.sessionStorage.setItem(CHOICE, JSON.stringify(choice));
  } catch (error) {
    // The global may do.
  }
}

// A number that both sides know without speaking to each other: another one on the next day, which begins at 04:00.
function ofToday(count) {
  let hash = 2166136261;
  for (let at = 0; at < id.length; at++) hash = Math.imul(hash ^ id.charCodeAt(at), 16777619) >>> 0;
  const now = new Date(Date.now() - 4 * 3600 * 1000);
  const day = Math.floor(Date.UTC(now.getFullYear(), now.getMonth(), now.getDate()) / 86400000);
  return (hash % count + day) % count;
}

// Any but the one seen last.
function another(store, count) {
  const seen = stored(store, SEEN);
  const last = seen[id];
  let index = Math.floor(Math.random() * (last < count && count > 1 ? count - 1 : count));
  if (count > 1 && index >= last) index++;
  seen[id] = index;
  store.setItem(SEEN, JSON.stringify(seen));
  return index;
}

function choose(count) {
  const store = storage();
  if (front) {
    if (!store) return {id: id, index: ofToday(count), typed: ""};
    return {id: id, index: another(store, count), typed: ""};
  }
  const held = [store ? stored(store, CHOICE) : {}, window[CHOICE] || {}].find((one) => one.id === id);
  if (held && held.failed) throw new Error("the front was shown without a script");
  return held && held.index < count ? held : {id: id, index: ofToday(count), typed: ""};
}

// --- the page

function made(tag, name, parent) {
  const element = document.createElement(tag);
  element.className = name;
  if (parent) parent.appendChild(element);
  return element;
}

let typesetting = Promise.resolve();

function typeset(element) {
  const mathjax = window.MathJax;
  if (!mathjax) return;
  if (mathjax.typesetPromise)
    typesetting = typesetting.then(() => mathjax.startup && mathjax.startup.promise)
      .then(() => mathjax.typesetPromise([element])).catch(() => undefined);
  else if (mathjax.typeset) mathjax.typeset([element]);
  else if (mathjax.Hub) mathjax.Hub.Queue(["Typeset", mathjax.Hub, element]);
}

// --- the two sides

function show(data, choice) {
  const item = data.items[choice.index];
  const live = made("div", "live");
  const spoken = [];
  let lang = (choice.lang || root.getAttribute("data-lang")) === "zh" ? 1 : 0;

  // Whatever is said is said again when the language changes.
  function say(element, how) {
    spoken.push(() => how(element));
    how(element);
    return element;
  }
  const written = (element, word) => say(element, () => { element.textContent = WORDS[word][lang]; });
  const rendered = (element, ref) => say(element, () => { element.innerHTML = html(data, ref, lang); });

  function guarded(action) {
    return (event) => {
      try {
        action(event);
      } catch (error) {
        fail();
      }
    };
  }

  // A text of ours: [English, Chinese], code between backticks. Or what stands for one of the item's.
  function reason(element, why) {
    if (!Array.isArray(why) || typeof why[0] !== "string") {
      element.innerHTML = html(data, why, lang);
      return;
    }
    element.textContent = "";
    why[lang].split("`").forEach((part, at) => { made(at % 2 ? "code" : "span", "", element).textContent = part; });
  }

  function verdict(parent, typed) {
    const found = marked(data, item, typed);
    const block = made("div", "verdict " + found.verdict, parent);
    const line = made("div", "line", block);
    made("span", "sign", line).textContent = SIGNS_OF[found.verdict];
    written(made("span", "word", line), found.verdict);
    made("span", "given", line).textContent = typed.trim();
    if (found.why !== null) say(made("div", "why", block), (element) => reason(element, found.why));
  }

  function toggle() {
    const button = written(made("button", "language", live), "other");
    button.type = "button";
    button.addEventListener("click", guarded(() => {
      lang = 1 - lang;
      choice.lang = lang ? "zh" : "en";
      keep(choice);
      spoken.forEach((again) => again());
      typeset(root);
    }));
  }

  function ask() {
    const row = made("div", "asking", live);
    const input = made("input", "answer", row);
    const settings = {type: "text", inputmode: "text", enterkeyhint: "go", autocomplete: "off", autocorrect: "off",
      autocapitalize: "off", spellcheck: "false", maxlength: "400"};
    Object.keys(settings).forEach((name) => input.setAttribute(name, settings[name]));
    say(input, () => {
      input.placeholder = WORDS.answer[lang];
      input.setAttribute("aria-label", WORDS.answer[lang]);
    });
    const check = written(made("button", "check", row), "check");
    check.type = "button";
    const said = made("div", "said", live);
    said.setAttribute("aria-live", "polite");
    const silent = spoken.length;

    function tell(what) {
      spoken.length = silent;
      said.textContent = "";
      what(said);
      typeset(said);
    }

    function submit() {
      const typed = input.value;
      if (typed.trim()) {
        const found = marked(data, item, typed);
        if (found.verdict === "unread") {
          tell((parent) => say(made("div", "malformed", parent), (element) => reason(element, found.why)));
          input.focus();
          return;
        }
      }
      choice.typed = typed;
      keep(choice);
      turn(() => tell((parent) => {
        if (typed.trim()) verdict(parent, typed);
        written(made("div", "turn", parent), "turn");
      }));
    }

    input.addEventListener("input", guarded(() => {
      choice.typed = input.value;
      keep(choice);
    }));
    input.addEventListener("keydown", guarded((event) => {
      if (event.key === "Escape") input.blur();
      if (event.key !== "Enter" || event.isComposing || event.keyCode === 229) return;
      event.preventDefault();
      event.stopPropagation();
      if (!event.repeat) submit();
    }));
    check.addEventListener("click", guarded(submit));
    return input;
  }

  function offerHint() {
    const button = written(made("button", "hint-button", live), "hint");
    button.type = "button";
    button.setAttribute("aria-expanded", "false");
    const rule = made("div", "rule", live);
    rule.hidden = true;
    button.addEventListener("click", guarded(() => {
      if (!rule.firstChild) rendered(rule, item.r);
      rule.hidden = !rule.hidden;
      button.setAttribute("aria-expanded", String(!rule.hidden));
      typeset(rule);
    }));
  }

  function reveal() {
    const line = made("hr", "", live);
    const theirs = root.querySelector("#answer");
    if (theirs) theirs.removeAttribute("id");
    line.id = "answer";
    if (choice.typed.trim()) {
      const said = made("div", "said", live);
      said.setAttribute("role", "status");
      verdict(said, choice.typed);
    }
    made("div", "key", live).textContent = item.w;
    rendered(made("div", "solution", live), item.s);
    made("div", "proof", live).innerHTML = "✓ PyTorch (" + html(data, item.p, 0) + ")";
  }

  say(live, () => { live.lang = lang ? "zh-CN" : "en"; });
  rendered(root.querySelector(".title"), data.title);
  toggle();
  rendered(made("div", "front", live), item.q);
  let input = null;
  if (front) {
    input = ask();
    offerHint();
  } else reveal();
  root.insertBefore(live, still);
  still.hidden = true;
  if (input && !onPhone()) input.focus({preventScroll: true});
}

// A keyboard that comes up by itself would cover the question.
function onPhone() {
  const coarse = typeof matchMedia === "function" && matchMedia("(pointer: coarse)").matches;
  return coarse || /Android|iPhone|iPad|iPod|Mobile/.test(navigator.userAgent);
}

// Ask the app for the back. If the front is still there after a while, nobody turned the card.
function turn(otherwise) {
  let asked = true;
  try {
    if (typeof window.pycmd === "function") window.pycmd("ans");
    else if (typeof window.showAnswer === "function") window.showAnswer();
    else if (window.anki && typeof window.sendMessage2 === "function") window.sendMessage2("ankitap", "midCenter");
    else asked = false;
  } catch (error) {
    asked = false;
  }
  if (!asked) otherwise();
  else setTimeout(() => { if (document.contains(root)) otherwise(); }, TURNING);
}

function fail() {
  const live = root.querySelector(".live");
  if (live) root.removeChild(live);
  still.hidden = false;
  if (front) keep({id: id, failed: true});
}

try {
  // Too old for this, too old for marking: better known now than when the answer is typed.
  BigInt(0);
  // An editor may have put tags and hard spaces into the field.
  const text = root.querySelector(".items").textContent.replace(/<[^>]*>/g, "").replace(/&nbsp;|\u00a0/g, " ");
  const data = JSON.parse(text);
  const choice = choose(data.items.length);
  if (front) keep(choice);
  show(data, choice);
} catch (error) {
  fail();
}
