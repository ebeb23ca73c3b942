// What the pages need from the browser: Streamlit's words in Vietnamese, and new answers read out. Text of documents (.stHtml, .stText) is never looked at for translation.
import { openLinked, watchCitations } from "./citations.js";
import { watchPages } from "./pages.js";
import { watchService } from "./service.js";
import { SENTENCES, WORDS } from "./words.js";

const DOCUMENT_TEXT = ".stHtml, .stText, textarea, input, script, style";
const NAMED = ["aria-label", "title", "placeholder", "alt"];

function translated(text) {
  const trimmed = text.trim();
  if (Object.hasOwn(WORDS, trimmed)) return text.replace(trimmed, WORDS[trimmed]);
  for (const [pattern, sentence] of SENTENCES) {
    if (pattern.test(trimmed)) return trimmed.replace(pattern, sentence).replace("undefined", "");
  }
  return text;
}

function translateText(node) {
  if (!node.parentElement || node.parentElement.closest(DOCUMENT_TEXT)) return;
  const text = translated(node.data);
  if (text !== node.data) node.data = text;
}

function translateNames(element) {
  if (element.closest(".stHtml, .stText")) return;
  for (const name of NAMED) {
    const text = element.getAttribute(name);
    if (text && translated(text) !== text) element.setAttribute(name, translated(text));
  }
}

function translate(root) {
  if (root.nodeType === Node.TEXT_NODE) return translateText(root);
  if (root.nodeType !== Node.ELEMENT_NODE) return;
  translateNames(root);
  root.querySelectorAll(NAMED.map((name) => `[${name}]`).join(",")).forEach(translateNames);
  const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) translateText(texts.currentNode);
}

const voice = Object.assign(document.createElement("div"), { className: "said" });
voice.setAttribute("role", "status");
let asked = false;

// An answer to a question asked on this page is brought into view and read out once it is whole; one that was
// there on loading is not.
function follow(root) {
  if (root.nodeType !== Node.ELEMENT_NODE) return;
  if (!asked && holds(root, ".thinking")) {
    asked = true;
    showLatestQuestion();
  }
  const answer = holds(root, ".answer[data-latest]");
  if (answer && asked) {
    asked = false;
    voice.textContent = answer.textContent;
    holdLatestQuestion();
  }
}

// Charts grow after they are placed, and Streamlit keeps to the bottom: hold the question until the reader moves.
function holdLatestQuestion() {
  const moved = new AbortController();
  for (const move of ["wheel", "touchmove", "keydown", "pointerdown"]) {
    addEventListener(move, () => moved.abort(), { once: true, capture: true, signal: moved.signal });
  }
  for (const wait of [100, 400, 900, 1500]) {
    setTimeout(() => moved.signal.aborted || showLatestQuestion(), wait);
  }
  setTimeout(() => moved.abort(), 1600);
}

function holds(root, selector) {
  return root.matches(selector) ? root : root.querySelector(selector);
}

function showLatestQuestion() {
  [...document.querySelectorAll(".question")].at(-1)?.scrollIntoView({ block: "start" });
}

// Menus and dialogs are drawn beside Streamlit's page, not in it: give them its light or dark, too.
function matchScheme() {
  const page = document.querySelector(".stApp");
  const scheme = page && getComputedStyle(page).colorScheme;
  if (scheme && document.documentElement.style.colorScheme !== scheme) document.documentElement.style.colorScheme = scheme;
}

function watch() {
  document.body.append(voice);
  translate(document.body);
  new MutationObserver((changes) => {
    matchScheme();
    for (const change of changes) {
      if (change.type === "childList") {
        change.addedNodes.forEach((node) => {
          translate(node);
          follow(node);
          openLinked(node);
        });
      } else if (change.type === "characterData") translateText(change.target);
      else translateNames(change.target);
    }
  }).observe(document.body, {
    subtree: true,
    childList: true,
    characterData: true,
    attributes: true,
    attributeFilter: NAMED,
  });
}

watch();
watchCitations();
watchPages();
watchService();
